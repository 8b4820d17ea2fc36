# SPDX-License-Identifier: Apache-2.0
sudare_fuzzer(pki_fuzzer ${CMAKE_CURRENT_LIST_DIR}/pki_fuzzer.cpp LIBS sudare_server_pki)
