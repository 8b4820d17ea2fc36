# SPDX-License-Identifier: Apache-2.0
sudare_fuzzer(search_index_fuzzer search_index_fuzzer.cpp LIBS sudare_broker_search)
sudare_fuzzer(search_query_fuzzer search_query_fuzzer.cpp LIBS sudare_broker_search)
