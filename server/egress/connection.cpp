// SPDX-License-Identifier: Apache-2.0
#include "server/egress/connection.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/write.hpp>

#include "server/base/log.h"
#include "server/egress/limits.h"
#include "server/egress/tunnel.h"

namespace sudare::egress {
namespace {

constexpr std::string_view kEstablished = "HTTP/1.1 200 Connection established\r\n\r\n";

constexpr AddressBytes kNoAddress{};
constexpr Decision kConnectFailed{ipc::Verdict::kConnectFailed};

// Above the sum of what the dialer permits itself.
constexpr auto kDialDeadline = limits::kResolveDeadline +
                               limits::kAddressesTried * limits::kConnectTry +
                               limits::kUpstreamReply + std::chrono::seconds(5);

DestinationLog::Clock::time_point now() {
    return DestinationLog::Clock::now();
}

}  // namespace

Connection::Connection(Context& context, BrowserSocket browser, bool over_quota)
    : context_(context),
      browser_(std::move(browser)),
      web_(browser_.get_executor()),
      buffer_(limits::kHeadBytesMax + limits::kPieceBytes),
      deadline_(browser_.get_executor()),
      over_quota_(over_quota) {}

void Connection::start(std::function<void()> done) {
    asio::co_spawn(
        browser_.get_executor(),
        [](std::shared_ptr<Connection> self) -> awaitable<void> {
            if (co_await self->deadline_.watch())
                self->cut();
        }(shared_from_this()),
        asio::detached);
    // The library reports a lack of memory, and nothing else, by an exception; it ends this
    // connection only.
    asio::co_spawn(
        browser_.get_executor(),
        [](std::shared_ptr<Connection> self) -> awaitable<void> {
            co_await self->serve();
        }(shared_from_this()),
        [self = shared_from_this(), done = std::move(done)](std::exception_ptr failure) {
            if (failure)
                log_warn("a connection ended by an exception");
            self->cut();
            self->deadline_.finish();
            done();
        });
}

void Connection::cut() {
    error_code ignored;
    cut_ = true;
    browser_.close(ignored);
    web_.close(ignored);
}

void Connection::reconsider() {
    if (!under_way_)
        return;
    const Decision decision = judge_again(under_way_->asked, under_way_->address);
    if (decision.allowed())
        return;
    const Target& target = under_way_->asked.target;
    context_.log.refuse(target.host, target.port, decision, under_way_->address, now());
    cut();
}

Decision Connection::judge(const Asked& asked) const {
    if (over_quota_ || context_.quota.used_up(now()))
        return {ipc::Verdict::kQuota};
    return context_.access->by_name(asked.target, asked.scheme);
}

// The rules may have changed while names were resolved and connections made.
Decision Connection::judge_again(const Asked& asked, const AddressBytes& address) const {
    const Decision by_name = context_.access->by_name(asked.target, asked.scheme);
    if (!by_name.allowed() || context_.access->through_upstream(asked.target))
        return by_name;
    const Decision by_address = context_.access->by_address(asked.target, {from_bytes(address)});
    return by_address.allowed() ? by_name : by_address;
}

awaitable<void> Connection::serve() {
    bool first = true;
    while (!cut_ && co_await serve_request(first))
        first = false;
    error_code ignored;
    browser_.shutdown(BrowserSocket::shutdown_both, ignored);
}

awaitable<bool> Connection::serve_request(bool first) {
    deadline_.set(first ? limits::kHeadDeadline : limits::kKeepAliveIdle);
    RequestParser parser;
    parser.header_limit(limits::kHeadBytesMax);
    parser.body_limit(boost::none);
    const auto [error, count] = co_await http::async_read_header(browser_, buffer_, parser, kTuple);
    if (cut_ || error == http::error::end_of_stream)
        co_return false;
    if (error) {
        co_await answer(refusal_response(http::status::bad_request, "bad_request"));
        co_return false;
    }
    auto asked = classify(parser.get().base());
    if (!asked) {
        co_await refuse_head(std::string(parser.get().target()), asked.error());
        co_return false;
    }
    const Decision decision = judge(*asked);
    if (!decision.allowed()) {
        co_await refuse(asked->target, decision, false, kNoAddress);
        co_return false;
    }
    co_return co_await carry_out(parser, std::move(*asked));
}

awaitable<bool> Connection::carry_out(RequestParser& parser, Asked asked) {
    deadline_.set(kDialDeadline);
    const DialResult reached =
        co_await dial(context_.resolver, context_.access, asked.target, web_);
    if (cut_)
        co_return false;
    Decision decision = reached.decision;
    if (decision.allowed())
        decision = judge_again(asked, reached.address);
    std::shared_ptr<DestinationLog::Entry> entry;
    if (decision.allowed()) {
        entry = context_.log.open(asked.target, decision.rule, from_bytes(reached.address), now());
        if (!entry)
            decision = {ipc::Verdict::kQuota};
    }
    if (!decision.allowed()) {
        co_await refuse(asked.target, decision, reached.timed_out, reached.address);
        co_return false;
    }
    under_way_ = UnderWay{asked, reached.address};
    Flow flow(entry, context_.quota, deadline_);
    bool again = false;
    if (asked.scheme == Scheme::kTunnel) {
        again = co_await tunnel(asked, flow);
    } else {
        const bool upstream = context_.access->through_upstream(asked.target);
        const Forwarded result =
            co_await forward(browser_, buffer_, parser, web_, asked, upstream, flow);
        again = result == Forwarded::kKeepAlive;
        if (result == Forwarded::kNoAnswer || result == Forwarded::kTimedOut)
            co_await refuse(asked.target, kConnectFailed, result == Forwarded::kTimedOut,
                            reached.address);
    }
    under_way_.reset();
    if (flow.exhausted())
        context_.log.refuse(asked.target.host, asked.target.port, {ipc::Verdict::kQuota},
                            reached.address, now());
    error_code ignored;
    web_.close(ignored);
    co_return again;
}

awaitable<bool> Connection::tunnel(Asked asked, Flow& flow) {
    boost::beast::flat_buffer early(limits::kHeadBytesMax + limits::kPieceBytes);
    if (context_.access->through_upstream(asked.target)) {
        const UpstreamReply reply = co_await open_upstream_tunnel(web_, asked.target, early);
        if (reply != UpstreamReply::kOpen) {
            co_await refuse(asked.target, kConnectFailed, reply == UpstreamReply::kTimedOut,
                            kNoAddress);
            co_return false;
        }
    }
    co_await answer(std::string(kEstablished));
    // Bytes that came with the two heads.
    if (!flow.up(buffer_.size()) || !flow.down(early.size()))
        co_return false;
    co_await asio::async_write(web_, buffer_.data(), kTuple);
    co_await asio::async_write(browser_, early.data(), kTuple);
    buffer_.consume(buffer_.size());
    if (!cut_)
        co_await run_tunnel(browser_, web_, flow);
    co_return false;
}

awaitable<void> Connection::refuse(const Target& target, Decision decision, bool timed_out,
                                   const AddressBytes& address) {
    if (cut_)
        co_return;
    context_.log.refuse(target.host, target.port, decision, address, now());
    co_await answer(
        refusal_response(status_of(decision.verdict, timed_out), code_of(decision.verdict)));
}

awaitable<void> Connection::refuse_head(std::string host, HeadFault fault) {
    if (fault.bad_name)
        context_.log.refuse(host, 0, {ipc::Verdict::kBadName}, {}, now());
    co_await answer(refusal_response(
        fault.status, fault.bad_name ? code_of(ipc::Verdict::kBadName) : "bad_request"));
}

awaitable<void> Connection::answer(std::string response) {
    deadline_.set(limits::kHeadDeadline);
    co_await asio::async_write(browser_, asio::buffer(response), kTuple);
}

}  // namespace sudare::egress
