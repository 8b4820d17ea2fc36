# SPDX-License-Identifier: Apache-2.0
sudare_fuzzer(update_fuzzer ${CMAKE_CURRENT_LIST_DIR}/update_fuzzer.cpp LIBS sudare_protocol_wire)
sudare_fuzzer(vp9_gate_fuzzer ${CMAKE_CURRENT_LIST_DIR}/vp9_gate_fuzzer.cpp LIBS sudare_protocol_wire)
sudare_fuzzer(decoder_fuzzer ${CMAKE_CURRENT_LIST_DIR}/decoder_fuzzer.cpp LIBS sudare_client_decoder)
