# SPDX-License-Identifier: Apache-2.0
sudare_fuzzer(forward_fuzzer ${CMAKE_CURRENT_LIST_DIR}/forward_fuzzer.cpp LIBS sudare_server_forwarder)
