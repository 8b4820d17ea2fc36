# SPDX-License-Identifier: Apache-2.0
sudare_fuzzer(csv_fuzzer csv_fuzzer.cpp LIBS sudare_ctl_csv)
sudare_fuzzer(host_file_fuzzer ${CMAKE_CURRENT_LIST_DIR}/host_file_fuzzer.cpp LIBS sudare_ctl_csv sudare_broker_policy)
sudare_fuzzer(self_test_line_fuzzer self_test_line_fuzzer.cpp LIBS sudare_ctl_self_test_lines)
