// SPDX-License-Identifier: Apache-2.0
#include "server/egress/tunnel.h"

#include <array>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http.hpp>

#include "server/egress/limits.h"

namespace sudare::egress {
namespace {

namespace http = boost::beast::http;
using namespace asio::experimental::awaitable_operators;

// true: the sender has finished and said so.
template <typename From, typename To, typename Pass>
awaitable<bool> copy_until_end(From& from, To& to, Pass pass) {
    std::array<char, limits::kPieceBytes> piece;
    for (;;) {
        const auto [read_error, count] = co_await from.async_read_some(asio::buffer(piece), kTuple);
        if (read_error)
            co_return read_error == asio::error::eof;
        if (!pass(count))
            co_return false;
        const auto [write_error, written] =
            co_await asio::async_write(to, asio::buffer(piece.data(), count), kTuple);
        if (write_error)
            co_return false;
    }
}

template <typename From, typename To, typename Pass>
awaitable<void> copy(From& from, To& to, Flow& flow, Pass pass) {
    const bool finished = co_await copy_until_end(from, to, pass);
    error_code ignored;
    if (finished) {
        to.shutdown(asio::socket_base::shutdown_send, ignored);
        flow.half_closed();
    } else {
        from.close(ignored);
        to.close(ignored);
    }
}

}  // namespace

awaitable<UpstreamReply> open_upstream_tunnel(tcp::socket& web, Target target,
                                              boost::beast::flat_buffer& early) {
    const std::string authority = target.authority();
    const std::string request =
        "CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority + "\r\n\r\n";
    const auto [write_error, written] =
        co_await asio::async_write(web, asio::buffer(request), kTuple);
    if (write_error)
        co_return UpstreamReply::kRefused;
    http::response_parser<http::empty_body> parser;
    parser.skip(true);  // a tunnel follows, whatever the framing fields say
    parser.header_limit(limits::kHeadBytesMax);
    asio::steady_timer timer(web.get_executor(), limits::kUpstreamReply);
    const auto first =
        co_await (http::async_read_header(web, early, parser, kTuple) || timer.async_wait(kTuple));
    if (first.index() == 1)
        co_return UpstreamReply::kTimedOut;
    if (std::get<0>(std::get<0>(first)) ||
        http::to_status_class(parser.get().result_int()) != http::status_class::successful)
        co_return UpstreamReply::kRefused;
    co_return UpstreamReply::kOpen;
}

awaitable<void> run_tunnel(BrowserSocket& browser, tcp::socket& web, Flow& flow) {
    co_await (copy(browser, web, flow, [&](std::size_t count) { return flow.up(count); }) &&
              copy(web, browser, flow, [&](std::size_t count) { return flow.down(count); }));
}

}  // namespace sudare::egress
