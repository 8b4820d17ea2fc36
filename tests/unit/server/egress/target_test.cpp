// SPDX-License-Identifier: Apache-2.0
#include "server/egress/target.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace sudare::egress {
namespace {

using namespace std::string_literals;

TEST(ParseAuthority, NormalisesWhatBrowsersMayWrite) {
    const std::pair<const char*, const char*> cases[] = {
        {"www.example.jp:443", "www.example.jp:443"},
        {"WWW.Example.JP:443", "www.example.jp:443"},
        {"www.example.jp.:443", "www.example.jp:443"},
        {"xn--wgv71a.jp:8443", "xn--wgv71a.jp:8443"},
        {"my_host.example:443", "my_host.example:443"},
        {"8.8.8.8:443", "8.8.8.8:443"},
        {"8.8.8.8.:443", "8.8.8.8:443"},
        {"[2606:4700:0:0::1111]:443", "[2606:4700::1111]:443"},
        {"[::FFFF:127.0.0.1]:443", "[::ffff:127.0.0.1]:443"},
        {"localhost:1", "localhost:1"},
        {"a.0x:65535", nullptr},
        {"1.2.3.4a:443", "1.2.3.4a:443"},
    };
    for (const auto& [text, expected] : cases) {
        const auto target = parse_authority(text);
        ASSERT_EQ(target.has_value(), expected != nullptr) << text;
        if (target)
            EXPECT_EQ(target->authority(), expected) << text;
    }
}

TEST(ParseAuthority, LiteralsAreMarked) {
    EXPECT_TRUE(parse_authority("127.0.0.1:443")->literal);
    EXPECT_TRUE(parse_authority("[::1]:443")->literal);
    EXPECT_FALSE(parse_authority("one.example:443")->literal);
}

TEST(ParseAuthority, RefusesOddSpellings) {
    const std::string cases[] = {"2130706433:443",
                                 "0x7f000001:443",
                                 "0x7f.0.0.1:443",
                                 "0177.0.0.1:443",
                                 "127.1:443",
                                 "127.0.1:443",
                                 "127.0.0.1..:443",
                                 "127.0.0.256:443",
                                 "017700000001:443",
                                 "1.2.3.08:443",
                                 "0:443",
                                 "0x:443",
                                 "example.0x7f:443",
                                 "user@example.jp:443",
                                 "user:pw@example.jp:443",
                                 "ex%61mple.jp:443",
                                 "127%2e0.0.1:443",
                                 "ex ample.jp:443",
                                 "ex\tample.jp:443",
                                 "example.jp\0.evil.test:443"s,
                                 "\xe6\x97\xa5\xe6\x9c\xac.jp:443",
                                 "example\xe3\x80\x82jp:443",
                                 "\xef\xbc\x91\xef\xbc\x92\xef\xbc\x97.0.0.1:443",
                                 ".example.jp:443",
                                 "example..jp:443",
                                 "-a.example:443",
                                 "a-.example:443",
                                 "example.jp..:443",
                                 ".:443",
                                 ":443",
                                 "",
                                 "example.jp",
                                 "example.jp:",
                                 "example.jp:0",
                                 "example.jp:0443",
                                 "example.jp:65536",
                                 "example.jp:+443",
                                 "example.jp:-1",
                                 "example.jp:443a",
                                 "example.jp: 443",
                                 "example.jp:99999999999999999999",
                                 "[::1]",
                                 "[::1]443",
                                 "[::1:443",
                                 "::1:443",
                                 "[]:443",
                                 "[127.0.0.1]:443",
                                 "[fe80::1%eth0]:443",
                                 "[fe80::1%25eth0]:443",
                                 "[::1]]:443",
                                 "[v1.fe]:443",
                                 "http://example.jp:443",
                                 "example.jp:443/",
                                 "example.jp\\:443",
                                 "example.jp,evil.test:443",
                                 "a b:443",
                                 "ex\xc2\xadmple.jp:443"};
    for (const std::string& text : cases)
        EXPECT_FALSE(parse_authority(text)) << testing::PrintToString(text);
}

TEST(ParseHost, LengthLimits) {
    const std::string label63(63, 'a');
    EXPECT_TRUE(parse_host(label63 + ".jp", 443));
    EXPECT_FALSE(parse_host(label63 + "a.jp", 443));
    const std::string name253 =
        label63 + "." + label63 + "." + label63 + "." + std::string(61, 'b');
    ASSERT_EQ(name253.size(), 253u);
    EXPECT_TRUE(parse_host(name253, 443));
    EXPECT_TRUE(parse_host(name253 + ".", 443));
    EXPECT_FALSE(parse_host(name253 + "b", 443));
    EXPECT_FALSE(parse_host(std::string(100000, 'a'), 443));
}

TEST(ParseUrl, SplitsHostPortAndPath) {
    const auto url = parse_url("http://WWW.example.jp:8080/a/b?c=d:e@f", "http", 80);
    ASSERT_TRUE(url);
    EXPECT_EQ(url->target.authority(), "www.example.jp:8080");
    EXPECT_EQ(url->path, "/a/b?c=d:e@f");
    EXPECT_EQ(parse_url("HTTP://example.jp", "http", 80)->path, "/");
    EXPECT_EQ(parse_url("http://example.jp?q", "http", 80)->path, "/?q");
    EXPECT_EQ(parse_url("http://example.jp:/", "http", 80)->target.port, 80);
    EXPECT_EQ(parse_url("https://example.jp/", "https", 443)->target.port, 443);
}

TEST(ParseUrl, RefusesOtherForms) {
    for (const char* url : {"/path",
                            "*",
                            "example.jp:80",
                            "https://example.jp/",
                            "ftp://example.jp/",
                            "http:/example.jp/",
                            "http//example.jp/",
                            "http:\\\\example.jp\\",
                            "http://",
                            "http:///path",
                            "http://user@example.jp/",
                            "http://user:pw@example.jp/",
                            "http://127.0.0.1\\@example.jp/",
                            "http://example.jp#@evil.test/",
                            "http://2130706433/",
                            "http://0177.1/",
                            "http://[::1]extra/",
                            "http://example.jp:80:80/",
                            "http://example.jp/a b",
                            "http://example.jp/\x7f",
                            "http://example.jp/\xe3\x81\x82"})
        EXPECT_FALSE(parse_url(url, "http", 80)) << url;
}

}  // namespace
}  // namespace sudare::egress
