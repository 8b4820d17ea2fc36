# SPDX-License-Identifier: Apache-2.0
sudare_fuzzer(evidence_fuzzer ${CMAKE_CURRENT_LIST_DIR}/evidence_fuzzer.cpp LIBS sudare_verify_core sudare_broker_audit sudare_protocol_ipc)
sudare_fuzzer(deleted_segment_fuzzer ${CMAKE_CURRENT_LIST_DIR}/deleted_segment_fuzzer.cpp LIBS sudare_verify_core)
sudare_fuzzer(sweep_list_fuzzer ${CMAKE_CURRENT_LIST_DIR}/sweep_list_fuzzer.cpp LIBS sudare_protocol_ipc)
sudare_fuzzer(bundle_fuzzer ${CMAKE_CURRENT_LIST_DIR}/bundle_fuzzer.cpp LIBS sudare_verify_core)
