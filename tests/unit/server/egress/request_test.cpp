// SPDX-License-Identifier: Apache-2.0
#include "server/egress/request.h"

#include <gtest/gtest.h>

#include <boost/asio/buffer.hpp>

#include "server/egress/limits.h"

namespace sudare::egress {
namespace {

using Parser = http::request_parser<http::empty_body>;

// The head as Beast, which the proxy uses, reads it.
std::optional<http::request_header<>> parse(const std::string& text) {
    Parser parser;
    parser.header_limit(limits::kHeadBytesMax);
    boost::beast::error_code error;
    parser.put(boost::asio::buffer(text), error);
    if (error && error != http::error::need_more)
        return std::nullopt;
    if (!parser.is_header_done())
        return std::nullopt;
    return parser.get().base();
}

unsigned status(const std::string& text) {
    const auto head = parse(text);
    if (!head)
        return 0;
    const auto asked = classify(*head);
    return asked ? 200 : static_cast<unsigned>(asked.error().status);
}

TEST(Classify, TunnelAndPlainRequest) {
    const auto tunnel = classify(*parse("CONNECT Example.jp:443 HTTP/1.1\r\nHost: x\r\n\r\n"));
    ASSERT_TRUE(tunnel);
    EXPECT_EQ(tunnel->scheme, Scheme::kTunnel);
    EXPECT_EQ(tunnel->target.authority(), "example.jp:443");
    const auto plain = classify(*parse("GET http://example.jp/a?b HTTP/1.1\r\nHost: x\r\n\r\n"));
    ASSERT_TRUE(plain);
    EXPECT_EQ(plain->scheme, Scheme::kPlainHttp);
    EXPECT_EQ(plain->path, "/a?b");
}

TEST(Classify, RefusesWhatCouldBeReadInTwoWays) {
    EXPECT_EQ(status("CONNECT a.jp:443 HTTP/1.1\r\nContent-Length: 5\r\n\r\n"), 400u);
    EXPECT_EQ(status("CONNECT a.jp:443 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"), 400u);
    EXPECT_EQ(status("GET http://a.jp/ HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"), 400u);
    EXPECT_EQ(status("POST http://a.jp/ HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"),
              400u);
    EXPECT_EQ(status("POST http://a.jp/ HTTP/1.1\r\nExpect: 100-continue\r\n"
                     "Content-Length: 1\r\n\r\n"),
              400u);
    // Beast itself refuses two framings at once.
    EXPECT_EQ(status("POST http://a.jp/ HTTP/1.1\r\nTransfer-Encoding: chunked\r\n"
                     "Transfer-Encoding: chunked\r\n\r\n"),
              0u);
    EXPECT_EQ(status("POST http://a.jp/ HTTP/1.1\r\nContent-Length: 3\r\n"
                     "Transfer-Encoding: chunked\r\n\r\n"),
              0u);
    EXPECT_EQ(status("POST http://a.jp/ HTTP/1.1\r\nContent-Length: 3\r\n"
                     "Content-Length: 4\r\n\r\n"),
              0u);
    EXPECT_EQ(status("GET http://a.jp/ HTTP/1.1\r\n\r\n"), 200u);
}

TEST(Classify, RefusesOtherFormsAndMethods) {
    EXPECT_EQ(status("GET / HTTP/1.1\r\nHost: a.jp\r\n\r\n"), 400u);
    EXPECT_EQ(status("OPTIONS * HTTP/1.1\r\nHost: a.jp\r\n\r\n"), 400u);
    EXPECT_EQ(status("GET https://a.jp/ HTTP/1.1\r\n\r\n"), 400u);
    EXPECT_EQ(status("CONNECT http://a.jp:443/ HTTP/1.1\r\n\r\n"), 400u);
    EXPECT_EQ(status("TRACE http://a.jp/ HTTP/1.1\r\n\r\n"), 405u);
    EXPECT_EQ(status("PROPFIND http://a.jp/ HTTP/1.1\r\n\r\n"), 405u);
    EXPECT_EQ(status("MADEUP http://a.jp/ HTTP/1.1\r\n\r\n"), 405u);
}

TEST(Classify, FieldLimits) {
    std::string text = "GET http://a.jp/ HTTP/1.1\r\n";
    for (std::size_t i = 0; i < limits::kFieldsMax; ++i)
        text += "X: y\r\n";
    EXPECT_EQ(status(text + "\r\n"), 200u);
    EXPECT_EQ(status(text + "X: y\r\n\r\n"), 400u);
    EXPECT_EQ(status("GET http://a.jp/" + std::string(limits::kTargetBytesMax, 'a') +
                     " HTTP/1.1\r\n\r\n"),
              400u);
    EXPECT_EQ(status("GET http://a.jp/ HTTP/1.1\r\nX: " + std::string(limits::kHeadBytesMax, 'a') +
                     "\r\n\r\n"),
              0u);
}

TEST(Classify, SaysWhenTheNameIsTheFault) {
    const auto asked = classify(*parse("CONNECT 0177.0.0.1:443 HTTP/1.1\r\n\r\n"));
    ASSERT_FALSE(asked);
    EXPECT_TRUE(asked.error().bad_name);
}

TEST(StripHopByHop, RemovesFieldsOfThisConnection) {
    auto head = *parse(
        "GET http://a.jp/ HTTP/1.1\r\nHost: a.jp\r\nConnection: keep-alive, X-One, Host, "
        "Content-Length\r\nX-One: 1\r\nKeep-Alive: 5\r\nProxy-Connection: keep-alive\r\n"
        "Proxy-Authorization: Basic eDp5\r\nTE: trailers\r\nTrailer: X\r\nUpgrade: h2c\r\n"
        "Cookie: c\r\nContent-Length: 0\r\n\r\n");
    strip_hop_by_hop(head);
    std::string left;
    for (const auto& field : head)
        left += std::string(field.name_string()) + ";";
    EXPECT_EQ(left, "Host;Cookie;Content-Length;");
}

TEST(RewriteRequest, OriginFormAndHostOfTheTarget) {
    auto head = *parse("GET http://B.jp/x HTTP/1.0\r\nHost: a.jp\r\nCookie: c\r\n\r\n");
    const auto asked = *classify(head);
    rewrite_request(head, asked, false);
    EXPECT_EQ(head.target(), "/x");
    EXPECT_EQ(head[http::field::host], "b.jp");
    EXPECT_EQ(head.version(), 11u);
    EXPECT_EQ(head.count(http::field::via), 0u);
    EXPECT_EQ(head.count(http::field::forwarded), 0u);
    EXPECT_EQ(head.count("X-Forwarded-For"), 0u);
    auto other = *parse("GET http://b.jp:8080/x HTTP/1.1\r\nHost: a.jp\r\n\r\n");
    rewrite_request(other, *classify(other), true);
    EXPECT_EQ(other.target(), "http://b.jp:8080/x");
    EXPECT_EQ(other[http::field::host], "b.jp:8080");
}

TEST(RefusalResponse, HoldsTheCodeOnly) {
    const std::string text =
        refusal_response(http::status::forbidden, code_of(ipc::Verdict::kDeniedAddress));
    EXPECT_TRUE(text.starts_with("HTTP/1.1 403 Forbidden\r\n"));
    EXPECT_TRUE(text.ends_with("Content-Length: 15\r\n\r\ndenied_address\n"));
}

TEST(StatusOf, Verdicts) {
    using ipc::Verdict;
    for (const Verdict verdict :
         {Verdict::kDeniedByRule, Verdict::kDeniedByDefault, Verdict::kDeniedAddress,
          Verdict::kDeniedPort, Verdict::kDeniedPlainHttp})
        EXPECT_EQ(status_of(verdict, false), http::status::forbidden);
    EXPECT_EQ(status_of(Verdict::kNotResolved, false), http::status::bad_gateway);
    EXPECT_EQ(status_of(Verdict::kNotResolved, true), http::status::gateway_timeout);
    EXPECT_EQ(status_of(Verdict::kConnectFailed, true), http::status::gateway_timeout);
    EXPECT_EQ(status_of(Verdict::kQuota, false), http::status::service_unavailable);
}

}  // namespace
}  // namespace sudare::egress
