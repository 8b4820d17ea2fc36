# SPDX-License-Identifier: Apache-2.0
sudare_fuzzer(egress_head_fuzzer ${CMAKE_CURRENT_LIST_DIR}/egress_head_fuzzer.cpp LIBS sudare_server_egress)
sudare_fuzzer(egress_rules_fuzzer ${CMAKE_CURRENT_LIST_DIR}/egress_rules_fuzzer.cpp LIBS sudare_server_egress)
