// SPDX-License-Identifier: Apache-2.0
#include "server/session/browser/box_relay.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <filesystem>
#include <string>
#include <thread>

#include "server/base/unix_socket.h"

namespace sudare::browser {
namespace {

class BoxRelayTest : public ::testing::Test {
protected:
    void SetUp() override {
        char pattern[] = "/tmp/sudare-relay-XXXXXX";
        directory_ = ::mkdtemp(pattern);
        auto egress = unix_listen(directory_ + "/egress.sock", 0600);
        ASSERT_TRUE(egress);
        egress_ = std::move(*egress);
        UniqueFd listener(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
        address_.sin_family = AF_INET;
        address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        ASSERT_EQ(::bind(listener.get(), reinterpret_cast<sockaddr*>(&address_), sizeof address_),
                  0);
        ASSERT_EQ(::listen(listener.get(), 8), 0);
        socklen_t size = sizeof address_;
        ::getsockname(listener.get(), reinterpret_cast<sockaddr*>(&address_), &size);
        relay_ = std::make_unique<BoxRelay>(std::move(listener), directory_ + "/egress.sock");
    }
    void TearDown() override { std::filesystem::remove_all(directory_); }

    UniqueFd connect() {
        UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        EXPECT_EQ(::connect(fd.get(), reinterpret_cast<sockaddr*>(&address_), sizeof address_), 0);
        return fd;
    }
    UniqueFd accept() { return UniqueFd(::accept4(egress_.get(), nullptr, nullptr, SOCK_CLOEXEC)); }
    // One turn of the loop that sudare-box-init runs.
    void turn() {
        std::vector<pollfd> polls;
        relay_->append_polls(polls);
        ASSERT_GE(::poll(polls.data(), polls.size(), 5000), 0);
        relay_->dispatch(polls.data(), polls.size());
    }
    static std::string read_all(int fd) {
        std::string out;
        char piece[65536];
        for (ssize_t got = 0; (got = ::read(fd, piece, sizeof piece)) > 0;)
            out.append(piece, static_cast<std::size_t>(got));
        return out;
    }

    std::string directory_;
    UniqueFd egress_;
    sockaddr_in address_{};
    std::unique_ptr<BoxRelay> relay_;
};

TEST_F(BoxRelayTest, CarriesMuchBothWaysAndTheEndOfEach) {
    const std::string much(3'000'001, 'x');
    UniqueFd browser = connect();
    turn();
    UniqueFd proxy = accept();
    ASSERT_TRUE(proxy);
    std::string at_proxy, at_browser;
    std::thread proxy_side([&] {
        at_proxy = read_all(proxy.get());  // up to the browser's half close
        ASSERT_TRUE(write_all(proxy.get(),
                              {reinterpret_cast<const std::uint8_t*>(much.data()), much.size()}));
        proxy.reset();
    });
    std::thread browser_side([&] {
        ASSERT_TRUE(write_all(browser.get(),
                              {reinterpret_cast<const std::uint8_t*>(much.data()), much.size()}));
        ::shutdown(browser.get(), SHUT_WR);
        at_browser = read_all(browser.get());
    });
    while (relay_->connections() > 0)
        turn();
    proxy_side.join();
    browser_side.join();
    EXPECT_EQ(at_proxy, much);
    EXPECT_EQ(at_browser, much);
}

TEST_F(BoxRelayTest, WithoutEgressTheBrowserIsToldAtOnce) {
    egress_.reset();
    UniqueFd browser = connect();
    turn();
    EXPECT_EQ(read_all(browser.get()), "");
    EXPECT_EQ(relay_->connections(), 0U);
}

TEST_F(BoxRelayTest, ASlowReaderFillsNoMemory) {
    UniqueFd browser = connect();
    turn();
    UniqueFd proxy = accept();
    ASSERT_TRUE(set_nonblocking(browser.get(), true));
    // Nobody reads at the proxy: after the two sockets and one buffer the browser is held up.
    const std::string piece(65536, 'x');
    std::size_t sent = 0;
    for (int idle = 0; idle < 3;) {
        const ssize_t count = ::send(browser.get(), piece.data(), piece.size(), MSG_NOSIGNAL);
        sent += count > 0 ? static_cast<std::size_t>(count) : 0;
        idle = count > 0 ? 0 : idle + 1;
        std::vector<pollfd> polls;
        relay_->append_polls(polls);
        ::poll(polls.data(), polls.size(), 50);
        relay_->dispatch(polls.data(), polls.size());
    }
    EXPECT_LT(sent, std::size_t{64} << 20);
    std::vector<pollfd> polls;
    relay_->append_polls(polls);
    EXPECT_EQ(polls[1].events & POLLIN, 0);  // no interest in more
}

TEST_F(BoxRelayTest, TakesNoMoreThanItsMaximum) {
    // This process holds both ends of each connection, twice: more than the usual 1024.
    rlimit files{};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &files), 0);
    files.rlim_cur = files.rlim_max;
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &files), 0);
    std::vector<UniqueFd> browsers, proxies;
    for (std::size_t i = 0; i < BoxRelay::kConnectionsMax; ++i) {
        browsers.push_back(connect());
        turn();
        proxies.push_back(accept());
    }
    EXPECT_EQ(relay_->connections(), BoxRelay::kConnectionsMax);
    std::vector<pollfd> polls;
    relay_->append_polls(polls);
    EXPECT_EQ(polls[0].events, 0);  // further ones wait in the backlog
    proxies.front().reset();
    browsers.front().reset();
    while (relay_->connections() == BoxRelay::kConnectionsMax)
        turn();
    polls.clear();
    relay_->append_polls(polls);
    EXPECT_EQ(polls[0].events, POLLIN);
}

}  // namespace
}  // namespace sudare::browser
