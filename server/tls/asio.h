// SPDX-License-Identifier: Apache-2.0
#pragma once

// Boost.Asio as the transport programs use it: one thread, coroutines, errors as values.
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

namespace sudare {

namespace asio = boost::asio;

// Failures of an operation land in `error` instead of being thrown.
inline auto into(boost::system::error_code& error) {
    return asio::redirect_error(asio::use_awaitable, error);
}

}  // namespace sudare
