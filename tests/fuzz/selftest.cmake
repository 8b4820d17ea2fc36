# SPDX-License-Identifier: Apache-2.0
sudare_fuzzer(selftest_request_fuzzer ${CMAKE_CURRENT_LIST_DIR}/selftest_request_fuzzer.cpp LIBS sudare_client_selftest_marks)
