# SPDX-License-Identifier: Apache-2.0
sudare_fuzzer(wire_up_fuzzer ${CMAKE_CURRENT_LIST_DIR}/wire_up_fuzzer.cpp LIBS sudare_protocol_wire)
sudare_fuzzer(wire_down_fuzzer ${CMAKE_CURRENT_LIST_DIR}/wire_down_fuzzer.cpp LIBS sudare_protocol_wire)
sudare_fuzzer(wire_session_fuzzer ${CMAKE_CURRENT_LIST_DIR}/wire_session_fuzzer.cpp LIBS sudare_protocol_wire)
sudare_fuzzer(ipc_fuzzer ${CMAKE_CURRENT_LIST_DIR}/ipc_fuzzer.cpp LIBS sudare_protocol_ipc)
sudare_fuzzer(directory_fuzzer ${CMAKE_CURRENT_LIST_DIR}/directory_fuzzer.cpp LIBS sudare_protocol_ipc)
sudare_fuzzer(enrol_fuzzer ${CMAKE_CURRENT_LIST_DIR}/enrol_fuzzer.cpp LIBS sudare_protocol_enrol)
sudare_fuzzer(recording_fuzzer ${CMAKE_CURRENT_LIST_DIR}/recording_fuzzer.cpp LIBS sudare_protocol_recording)
