# SPDX-License-Identifier: Apache-2.0
sudare_fuzzer(csv_fuzzer csv_fuzzer.cpp LIBS sudare_ctl_csv)
