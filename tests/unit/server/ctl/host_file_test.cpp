// SPDX-License-Identifier: Apache-2.0
#include "server/ctl/host_file.h"

#include <gtest/gtest.h>

namespace sudare::ctl {
namespace {

using Texts = std::vector<std::string>;

TEST(HostFile, AsPeopleAndOtherProductsWriteIt) {
    const HostFile file = read_hosts("\xEF\xBB\xBF# our list\r\nwww.Example.JP  # main\r\n\r\n\t.lg.jp\r\n"
                                     "app.example.jp:8443\nwww.example.jp\n192.0.2.1");
    EXPECT_TRUE(file.faults.empty());
    EXPECT_EQ(file.hosts, (Texts{".lg.jp", "192.0.2.1", "app.example.jp:8443", "www.example.jp"}));
    EXPECT_EQ(file.repeated, 1U);
}

TEST(HostFile, NamesInUnicodeBecomeALabels) {
    const HostFile file = read_hosts("日本語.jp\n.Bücher.example\n例え.テスト:8443\nＷＷＷ．example.jp");
    EXPECT_TRUE(file.faults.empty());
    EXPECT_EQ(file.hosts, (Texts{".xn--bcher-kva.example", "www.example.jp", "xn--r8jz45g.xn--zckzah:8443",
                                 "xn--wgv71a119e.jp"}));
}

TEST(HostFile, EveryLineThatIsNoneIsNamed) {
    const HostFile file = read_hosts("good.example\nhttps://a.example/\n*.example\nallow:b.example\na.example:0\n"
                                     "a b\n-x.example\n日本 語.jp\n\xff\xfe.jp\n10.1\n@list\na.example.");
    EXPECT_EQ(file.hosts, Texts{"good.example"});
    std::vector<std::size_t> lines;
    for (const HostFile::Fault& one : file.faults) {
        lines.push_back(one.line);
        EXPECT_FALSE(one.why.empty());
    }
    EXPECT_EQ(lines, (std::vector<std::size_t>{2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}));
}

TEST(HostFile, NothingIsNoFault) {
    for (const char* text : {"", "\n\n", "# nothing\n", "\xEF\xBB\xBF"}) {
        const HostFile file = read_hosts(text);
        EXPECT_TRUE(file.hosts.empty() && file.faults.empty()) << text;
    }
}

}  // namespace
}  // namespace sudare::ctl
