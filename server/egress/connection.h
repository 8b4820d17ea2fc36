// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/beast/core/flat_buffer.hpp>
#include <functional>
#include <memory>
#include <optional>

#include "server/egress/context.h"
#include "server/egress/dialer.h"
#include "server/egress/forward.h"
#include "server/egress/net.h"

namespace sudare::egress {

// One connection of the browser: reads a request, judges it, and either refuses it, or becomes a
// tunnel, or forwards the request and reads the next. Everything that it has under way holds a
// reference, so it lives until the last operation has ended.
class Connection : public std::enable_shared_from_this<Connection> {
public:
    // over_quota: answer the first request with 503 and end.
    Connection(Context& context, BrowserSocket browser, bool over_quota);

    // done is called once, at the very end.
    void start(std::function<void()> done);

    // Compares what is under way with the rules of now; a connection that they deny is cut.
    void reconsider();

    // Closes both sides at once.
    void cut();

private:
    awaitable<void> serve();
    awaitable<bool> serve_request(bool first);
    awaitable<bool> carry_out(RequestParser& parser, Asked asked);
    awaitable<bool> tunnel(Asked asked, Flow& flow);
    awaitable<void> refuse(const Target& target, Decision decision, bool timed_out,
                           const AddressBytes& address);
    awaitable<void> refuse_head(std::string host, HeadFault fault);
    awaitable<void> answer(std::string response);
    [[nodiscard]] Decision judge(const Asked& asked) const;
    [[nodiscard]] Decision judge_again(const Asked& asked, const AddressBytes& address) const;

    Context& context_;
    BrowserSocket browser_;
    tcp::socket web_;
    boost::beast::flat_buffer buffer_;
    Deadline deadline_;
    bool over_quota_;
    bool cut_ = false;
    // What is connected at this moment, for reconsider().
    struct UnderWay {
        Asked asked;
        AddressBytes address;
    };
    std::optional<UnderWay> under_way_;
};

}  // namespace sudare::egress
