// SPDX-License-Identifier: Apache-2.0
// Every refusal stands beside the control in which the same handshake succeeds.
#include <gtest/gtest.h>

#include "server/base/unix_socket.h"
#include "server/tls/channel.h"
#include "tests/unit/server/tls/test_authority.h"

namespace sudare::tls {
namespace {

using test::Issued;
using test::Leaf;
using test::TestAuthority;

class NoRules final : public FrameRules {
   public:
    [[nodiscard]] std::optional<LengthRange> range_of(std::uint8_t type) const override {
        return type == 1 ? std::optional(LengthRange{0, 1 << 20}) : std::nullopt;
    }
};

using Outcome = tl::expected<Identity, Fault>;

class Handshake : public testing::Test {
   protected:
    Material server_material() { return authority_.material(gateway_, list_); }

    // Runs both ends to their end; what the server thinks of the client.
    Outcome run(const Material& client, const std::string& alpn = "sudare/1") {
        const Material ours = server_material();
        auto server = Context::create(Side::kServer, {"sudare/1", PeerKind::kTerminal, ""}, ours);
        auto dialler = Context::create(Side::kClient, {alpn, PeerKind::kGateway, ""}, client);
        EXPECT_TRUE(server) << server.error().message;
        EXPECT_TRUE(dialler) << dialler.error().message;
        return connect(*server, *dialler);
    }

    Outcome connect(const Context& server, const Context& client) {
        asio::io_context io;
        auto [ours, theirs] = std::move(*unix_pair());
        const NoRules rules;
        auto here = std::move(*Channel::create(io, std::move(ours), server, rules));
        auto there = std::move(*Channel::create(io, std::move(theirs), client, rules));
        Outcome judged = tl::unexpected(Fault::kClosed);
        asio::co_spawn(
            io,
            [&]() -> asio::awaitable<void> {
                judged = co_await here->handshake(std::chrono::seconds(10));
                here->close();
            },
            asio::detached);
        asio::co_spawn(
            io,
            [&]() -> asio::awaitable<void> {
                client_ = co_await there->handshake(std::chrono::seconds(10));
                // TLS 1.3: the server's verdict on our certificate comes with the first read.
                if (client_)
                    (void)co_await there->read();
                there->close();
            },
            asio::detached);
        io.run();
        return judged;
    }

    Fault fault(const Material& client, const std::string& alpn = "sudare/1") {
        const Outcome outcome = run(client, alpn);
        EXPECT_FALSE(outcome);
        return outcome ? Fault::kTimeout : outcome.error();
    }

    Material terminal(const Leaf& leaf) {
        return authority_.material(authority_.issue(leaf), list_);
    }

    TestAuthority authority_{"ours"};
    Issued gateway_{authority_.issue({"URI:sudare:gateway:g1,DNS:localhost", "serverAuth"})};
    Issued good_{authority_.issue({"URI:sudare:terminal:T-1"})};
    Bytes list_{authority_.revocation_list({})};
    Outcome client_ = tl::unexpected(Fault::kTimeout);
};

TEST_F(Handshake, ProvesBothSides) {
    const auto peer = run(authority_.material(good_, list_));
    ASSERT_TRUE(peer);
    EXPECT_EQ(peer->kind, PeerKind::kTerminal);
    EXPECT_EQ(peer->name, "T-1");
    EXPECT_EQ(peer->serial, "65");
    ASSERT_TRUE(client_);
    EXPECT_EQ(client_->name, "g1");
}

TEST_F(Handshake, RevokedCertificateIsRefused) {
    const Material client = authority_.material(good_, list_);
    ASSERT_TRUE(run(client));  // control: the same certificate before its revocation
    list_ = authority_.revocation_list({good_.certificate.get()});
    EXPECT_EQ(fault(client), Fault::kRevoked);
}

TEST_F(Handshake, ExpiredRevocationListRefusesEverybody) {
    const Material client = authority_.material(good_, list_);
    list_ = authority_.revocation_list({}, -60);
    EXPECT_EQ(fault(client), Fault::kOurMaterial);
}

TEST_F(Handshake, ListOfAnotherAuthorityDoesNotCount) {
    const Material client = authority_.material(good_, list_);
    list_ = TestAuthority("other").revocation_list({});
    EXPECT_EQ(fault(client), Fault::kOurMaterial);
}

TEST_F(Handshake, CertificateOfAnotherAuthorityIsRefused) {
    TestAuthority other("ours");  // even of the same name
    Material client = other.material(other.issue({"URI:sudare:terminal:T-1"}), list_);
    client.authority = authority_.certificate_pem();  // it accepts our server
    EXPECT_EQ(fault(client), Fault::kWrongCa);
}

TEST_F(Handshake, ExpiredAndFutureCertificatesAreRefused) {
    EXPECT_EQ(fault(terminal({"URI:sudare:terminal:T-1", "clientAuth", -7200, -60})),
              Fault::kExpired);
    EXPECT_EQ(fault(terminal({"URI:sudare:terminal:T-1", "clientAuth", 600, 7200})),
              Fault::kExpired);
}

TEST_F(Handshake, PurposeMustBeThere) {
    EXPECT_EQ(fault(terminal({"URI:sudare:terminal:T-1", "serverAuth"})), Fault::kWrongIdentity);
    EXPECT_EQ(fault(terminal({"URI:sudare:terminal:T-1", ""})), Fault::kWrongIdentity);
}

TEST_F(Handshake, NameMustBeExactlyOneOfTheRightKind) {
    for (const char* names :
         {"", "DNS:T-1", "URI:sudare:host:h1", "URI:sudare:terminal:", "URI:sudare:terminal:a/b",
          "URI:http://example.org/", "URI:sudare:terminal:T-1,URI:sudare:terminal:T-2"})
        EXPECT_EQ(fault(terminal({names})), Fault::kWrongIdentity) << names;
}

TEST_F(Handshake, OtherApplicationProtocolIsRefused) {
    EXPECT_EQ(fault(authority_.material(good_, list_), "http/1.1"), Fault::kAlpn);
}

TEST_F(Handshake, ClientChecksKindAndNameOfServer) {
    const Material client = authority_.material(good_, list_);
    const Material ours = server_material();
    const auto server =
        Context::create(Side::kServer, {"sudare/1", PeerKind::kTerminal, ""}, ours);
    const auto right = Context::create(Side::kClient, {"sudare/1", PeerKind::kGateway, "g1"}, client);
    const auto name = Context::create(Side::kClient, {"sudare/1", PeerKind::kGateway, "g2"}, client);
    const auto kind = Context::create(Side::kClient, {"sudare/1", PeerKind::kHost, "g1"}, client);
    ASSERT_TRUE(connect(*server, *right));
    EXPECT_FALSE(connect(*server, *name));
    EXPECT_EQ(client_.error(), Fault::kWrongIdentity);
    EXPECT_FALSE(connect(*server, *kind));
    EXPECT_EQ(client_.error(), Fault::kWrongIdentity);
}

TEST_F(Handshake, IncompleteMaterialMakesNoContext) {
    const auto make = [](const Material& material) {
        return Context::create(Side::kServer, {"sudare/1", PeerKind::kTerminal, ""}, material)
            .has_value();
    };
    ASSERT_TRUE(make(server_material()));
    Material broken = server_material();
    broken.revoked.clear();
    EXPECT_FALSE(make(broken)) << "no revocation list must not mean no revocation";
    broken = server_material();
    broken.authority.clear();
    EXPECT_FALSE(make(broken));
    broken = server_material();
    broken.key = test::pem_of(*good_.key);
    EXPECT_FALSE(make(broken)) << "key of another certificate";
}

TEST_F(Handshake, LivingConnectionIsJudgedAgain) {
    const Material mine = authority_.material(good_, list_);
    const Material ours = server_material();
    const auto server = Context::create(Side::kServer, {"sudare/1", PeerKind::kTerminal, ""}, ours);
    const auto dialler = Context::create(Side::kClient, {"sudare/1", PeerKind::kGateway, ""}, mine);
    asio::io_context io;
    auto [a, b] = std::move(*unix_pair());
    const NoRules rules;
    auto here = std::move(*Channel::create(io, std::move(a), *server, rules));
    auto there = std::move(*Channel::create(io, std::move(b), *dialler, rules));
    int done = 0;
    for (Channel* end : {here.get(), there.get()})
        asio::co_spawn(
            io,
            [end, &done]() -> asio::awaitable<void> {
                EXPECT_TRUE(co_await end->handshake(std::chrono::seconds(10)));
                ++done;
            },
            asio::detached);
    io.run();
    ASSERT_EQ(done, 2);
    const Bytes authority = authority_.certificate_pem();
    EXPECT_EQ(recheck(here->connection(), Side::kServer, authority, list_), std::nullopt);
    EXPECT_EQ(recheck(there->connection(), Side::kClient, authority, list_), std::nullopt);
    const Bytes newer = authority_.revocation_list({good_.certificate.get()});
    EXPECT_EQ(recheck(here->connection(), Side::kServer, authority, newer), Fault::kRevoked);
    const Bytes stale = authority_.revocation_list({}, -60);
    EXPECT_EQ(recheck(here->connection(), Side::kServer, authority, stale), Fault::kOurMaterial);
}

TEST(RevocationAge, GrowsFromZeroToOne) {
    const TestAuthority authority("ours");
    EXPECT_NEAR(*revocation_age(authority.revocation_list({}, 7200)), 0.5, 0.01);
    EXPECT_NEAR(*revocation_age(authority.revocation_list({}, 0)), 1.0, 0.01);
    EXPECT_FALSE(revocation_age({}));
}

TEST(FloodGuard, TripsAboveEightInASecond) {
    FloodGuard guard;
    const auto start = FloodGuard::Clock::time_point(std::chrono::hours(1));
    for (unsigned second = 0; second < 100; ++second)
        for (unsigned i = 0; i < FloodGuard::kPerSecondMax; ++i)
            guard.count(start + std::chrono::seconds(second));
    EXPECT_FALSE(guard.tripped());
    guard.count(start + std::chrono::seconds(99));
    EXPECT_TRUE(guard.tripped());
}

}  // namespace
}  // namespace sudare::tls
