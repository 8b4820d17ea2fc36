// SPDX-License-Identifier: Apache-2.0
#include "server/egress/forward.h"

#include <array>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/http.hpp>
#include <optional>

#include "server/egress/limits.h"

namespace sudare::egress {
namespace {

namespace beast = boost::beast;
using namespace asio::experimental::awaitable_operators;
using ResponseParser = http::response_parser<http::buffer_body>;

// Reads the next part of a body into piece. The count is nullopt when the sender failed.
template <typename In, typename Parser>
awaitable<std::optional<std::size_t>> read_piece(In& in, beast::flat_buffer& buffer, Parser& parser,
                                                 std::array<char, limits::kPieceBytes>& piece) {
    if (parser.is_done())
        co_return 0;
    auto& body = parser.get().body();
    body.data = piece.data();
    body.size = piece.size();
    const auto [error, count] = co_await http::async_read_some(in, buffer, parser, kTuple);
    if (error && error != http::error::need_buffer)
        co_return std::nullopt;
    co_return piece.size() - body.size;
}

// The head as it stands in the parser, then the body. pass counts the pieces.
template <bool kRequest, typename In, typename Out, typename Pass>
awaitable<bool> relay(In& in, beast::flat_buffer& buffer,
                      http::parser<kRequest, http::buffer_body>& parser, Out& out, bool with_body,
                      Pass pass) {
    http::serializer<kRequest, http::buffer_body, http::fields> serializer(parser.get());
    const auto [head_error, head_count] =
        co_await http::async_write_header(out, serializer, kTuple);
    if (head_error || !pass(head_count))
        co_return false;
    std::array<char, limits::kPieceBytes> piece;
    while (with_body && !serializer.is_done()) {
        const auto count = co_await read_piece(in, buffer, parser, piece);
        if (!count)
            co_return false;
        if (*count == 0 && !parser.is_done())
            continue;
        auto& body = parser.get().body();
        body.data = *count > 0 ? piece.data() : nullptr;
        body.size = *count;
        body.more = !parser.is_done();
        if (!pass(*count))
            co_return false;
        const auto [error, written] = co_await http::async_write(out, serializer, kTuple);
        if (error && error != http::error::need_buffer)
            co_return false;
    }
    co_return true;
}

enum class Head { kRead, kFailed, kTimedOut };

// The head of the final response; interim ones (1xx) are dropped, since we never ask for them.
awaitable<Head> read_final_head(tcp::socket& web, beast::flat_buffer& buffer,
                                std::optional<ResponseParser>& parser, bool no_body) {
    asio::steady_timer timer(web.get_executor(), limits::kResponseHead);
    for (unsigned i = 0; i < limits::kInterimResponsesMax; ++i) {
        parser.emplace();
        parser->header_limit(limits::kHeadBytesMax);
        parser->body_limit(boost::none);
        parser->skip(no_body);
        const auto first = co_await (http::async_read_header(web, buffer, *parser, kTuple) ||
                                     timer.async_wait(kTuple));
        if (first.index() == 1)
            co_return Head::kTimedOut;
        // 101 would make this a tunnel of another protocol; Upgrade was not sent.
        if (std::get<0>(std::get<0>(first)) || parser->get().result_int() == 101)
            co_return Head::kFailed;
        if (parser->get().result_int() / 100 != 1)
            co_return Head::kRead;
    }
    co_return Head::kFailed;
}

// Framing and connection fields of the response towards the browser. Returns whether another
// request may follow.
bool rewrite_response(ResponseParser& parser, bool keep_alive, unsigned browser_version,
                      bool with_body) {
    auto& response = parser.get();
    const bool was_chunked = response.chunked();
    const bool until_eof = with_body && !was_chunked && !response.has_content_length();
    strip_hop_by_hop(response.base());
    const bool chunk = with_body && (was_chunked || until_eof) && browser_version >= 11;
    if (chunk)
        response.chunked(true);
    const bool delimited = !with_body || chunk || response.has_content_length();
    response.version(11);
    response.keep_alive(keep_alive && delimited);
    return keep_alive && delimited;
}

bool has_body(const http::response_header<>& head, bool head_request) {
    return !head_request && head.result_int() != 204 && head.result_int() != 304;
}

}  // namespace

awaitable<Forwarded> forward(BrowserSocket& browser, beast::flat_buffer& buffer,
                             RequestParser& parser, tcp::socket& web, Asked asked,
                             bool upstream_proxy, Flow& flow) {
    auto& request = parser.get();
    const bool keep_alive = request.keep_alive();
    const bool chunked = request.chunked();
    const bool head_request = request.method() == http::verb::head;
    const unsigned version = request.version();
    rewrite_request(request.base(), asked, upstream_proxy);
    if (chunked)
        request.chunked(true);
    const bool sent = co_await relay<true>(browser, buffer, parser, web, true,
                                           [&](std::size_t count) { return flow.up(count); });
    // A server may answer and close before it has read everything; the answer still counts.
    beast::flat_buffer web_buffer(limits::kHeadBytesMax + limits::kPieceBytes);
    std::optional<ResponseParser> response;
    switch (co_await read_final_head(web, web_buffer, response, head_request)) {
        case Head::kTimedOut:
            co_return Forwarded::kTimedOut;
        case Head::kFailed:
            co_return Forwarded::kNoAnswer;
        case Head::kRead:
            break;
    }
    if (!transfer_coding_supported(response->get().base()))
        co_return Forwarded::kNoAnswer;
    const bool with_body = has_body(response->get().base(), head_request);
    const bool reusable = rewrite_response(*response, keep_alive && sent, version, with_body);
    const bool answered =
        co_await relay<false>(web, web_buffer, *response, browser, with_body,
                              [&](std::size_t count) { return flow.down(count); });
    co_return answered&& reusable ? Forwarded::kKeepAlive : Forwarded::kClose;
}

}  // namespace sudare::egress
