// SPDX-License-Identifier: Apache-2.0
// A request head as the browser sends it. What passes must be one host in its one spelling, and
// what goes out must not hold a line break that the parser did not see.
#include <boost/asio/buffer.hpp>

#include "server/egress/request.h"

using namespace sudare::egress;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    http::request_parser<http::empty_body> parser;
    boost::beast::error_code error;
    parser.put(boost::asio::buffer(data, size), error);
    if (!parser.is_header_done())
        return 0;
    auto head = parser.get().base();
    const auto asked = classify(head);
    if (!asked)
        return 0;
    const auto again = parse_authority(asked->target.authority());
    if (!again || again->authority() != asked->target.authority())
        __builtin_trap();
    rewrite_request(head, *asked, size % 2 == 0);
    if (head.target().find_first_of("\r\n \t") != std::string_view::npos)
        __builtin_trap();
    return 0;
}
