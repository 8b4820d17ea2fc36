# SPDX-License-Identifier: Apache-2.0
"""The demo site's server: standard library only."""
