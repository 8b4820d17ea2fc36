// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/error_code.hpp>

// The few Asio names that the whole folder uses.
namespace sudare::egress {

namespace asio = boost::asio;
using asio::awaitable;
using asio::ip::tcp;
using boost::system::error_code;
using BrowserSocket = asio::local::stream_protocol::socket;

// Completion without exceptions: [error, value] = co_await x.async_y(..., kTuple).
inline constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);

}  // namespace sudare::egress
