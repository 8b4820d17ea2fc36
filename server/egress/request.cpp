// SPDX-License-Identifier: Apache-2.0
#include "server/egress/request.h"

#include <algorithm>
#include <iterator>
#include <vector>

#include "server/egress/limits.h"

namespace sudare::egress {
namespace {

namespace beast = boost::beast;

bool is_plain_method(http::verb method) {
    switch (method) {
        case http::verb::get:
        case http::verb::head:
        case http::verb::post:
        case http::verb::put:
        case http::verb::delete_:
        case http::verb::patch:
        case http::verb::options:
            return true;
        default:
            return false;
    }
}

bool well_formed(const http::request_header<>& head) {
    return head.count(http::field::host) <= 1 && head.count(http::field::expect) == 0 &&
           head.target().size() <= limits::kTargetBytesMax &&
           std::distance(head.begin(), head.end()) <=
               static_cast<std::ptrdiff_t>(limits::kFieldsMax) &&
           transfer_coding_supported(head);
}

tl::unexpected<HeadFault> fault(http::status status, bool bad_name = false) {
    return tl::unexpected(HeadFault{status, bad_name});
}

tl::expected<Asked, HeadFault> classify_tunnel(const http::request_header<>& head) {
    // Bytes after the head belong to the tunnel; a body would be a second reading of them.
    if (head.count(http::field::content_length) != 0 ||
        head.count(http::field::transfer_encoding) != 0)
        return fault(http::status::bad_request);
    auto target = parse_authority(head.target());
    if (!target)
        return fault(http::status::bad_request, true);
    return Asked{Scheme::kTunnel, std::move(*target), {}};
}

}  // namespace

bool transfer_coding_supported(const http::fields& fields) {
    const auto [first, last] = fields.equal_range(http::field::transfer_encoding);
    return first == last || (std::next(first) == last && beast::iequals(first->value(), "chunked"));
}

tl::expected<Asked, HeadFault> classify(const http::request_header<>& head) {
    if (!well_formed(head))
        return fault(http::status::bad_request);
    if (head.method() == http::verb::connect)
        return classify_tunnel(head);
    if (!is_plain_method(head.method()))
        return fault(http::status::method_not_allowed);
    auto url = parse_url(head.target(), "http", 80);
    if (!url)
        return fault(http::status::bad_request, url.error().code == Errc::kBadInput);
    return Asked{Scheme::kPlainHttp, std::move(url->target), std::move(url->path)};
}

void strip_hop_by_hop(http::fields& fields) {
    std::vector<std::string> named;
    const auto [first, last] = fields.equal_range(http::field::connection);
    for (auto at = first; at != last; ++at)
        for (const auto token : http::token_list(at->value()))
            named.emplace_back(token);
    for (const std::string& name : named) {
        const http::field field = http::string_to_field(name);
        if (field != http::field::content_length && field != http::field::host)
            fields.erase(name);
    }
    for (const http::field field :
         {http::field::connection, http::field::proxy_connection, http::field::keep_alive,
          http::field::te, http::field::trailer, http::field::transfer_encoding,
          http::field::upgrade, http::field::proxy_authenticate, http::field::proxy_authorization,
          http::field::proxy_authentication_info})
        fields.erase(field);
}

void rewrite_request(http::request_header<>& head, const Asked& asked, bool upstream_proxy) {
    strip_hop_by_hop(head);
    const std::string authority =
        asked.target.port == 80
            ? asked.target.authority().substr(0, asked.target.authority().rfind(':'))
            : asked.target.authority();
    head.target(upstream_proxy ? "http://" + authority + asked.path : asked.path);
    head.set(http::field::host, authority);
    // One request per connection to the web: what follows on it can never be taken for an answer
    // to somebody else's request.
    head.set(http::field::connection, "close");
    head.version(11);
}

std::string refusal_response(http::status status, std::string_view code) {
    const std::string body = std::string(code) + "\n";
    std::string out = "HTTP/1.1 " + std::to_string(static_cast<unsigned>(status)) + " ";
    out += http::obsolete_reason(status);
    out += "\r\nContent-Type: text/plain\r\nCache-Control: no-store\r\nConnection: close\r\n";
    out += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    return out;
}

http::status status_of(ipc::Verdict verdict, bool timed_out) {
    switch (verdict) {
        case ipc::Verdict::kBadName:
            return http::status::bad_request;
        case ipc::Verdict::kNotResolved:
        case ipc::Verdict::kConnectFailed:
            return timed_out ? http::status::gateway_timeout : http::status::bad_gateway;
        case ipc::Verdict::kQuota:
            return http::status::service_unavailable;
        default:
            return http::status::forbidden;
    }
}

std::string_view code_of(ipc::Verdict verdict) {
    switch (verdict) {
        case ipc::Verdict::kAllowed:
            return "allowed";
        case ipc::Verdict::kDeniedByRule:
            return "denied_by_rule";
        case ipc::Verdict::kDeniedByDefault:
            return "denied_by_default";
        case ipc::Verdict::kDeniedAddress:
            return "denied_address";
        case ipc::Verdict::kDeniedPort:
            return "denied_port";
        case ipc::Verdict::kDeniedPlainHttp:
            return "denied_plain_http";
        case ipc::Verdict::kBadName:
            return "bad_name";
        case ipc::Verdict::kNotResolved:
            return "not_resolved";
        case ipc::Verdict::kConnectFailed:
            return "connect_failed";
        case ipc::Verdict::kQuota:
            return "quota";
    }
    return "unknown";
}

}  // namespace sudare::egress
