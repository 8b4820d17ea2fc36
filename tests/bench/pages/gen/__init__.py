# SPDX-License-Identifier: Apache-2.0
"""Parts of the generator of the bench pages (see ../generate.py)."""
