// SPDX-License-Identifier: Apache-2.0
#include "server/signer/signer.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

namespace sudare::signer {
namespace {

using evidence::CompactRange;
using evidence::Hash;
namespace fs = std::filesystem;

class SignerTest : public testing::Test {
protected:
    SignerTest() {
        std::string pattern = fs::temp_directory_path() / "sudare-signer-XXXXXX";
        directory = ::mkdtemp(pattern.data());
        directory += "/signer";
        for (int i = 0; i < 40; ++i)
            leaves.push_back(
                evidence::leaf_hash(std::vector<std::uint8_t>{static_cast<std::uint8_t>(i)}));
    }
    ~SignerTest() override { fs::remove_all(fs::path(directory).parent_path()); }

    CompactRange range(std::size_t begin, std::size_t end) {
        CompactRange out(begin);
        for (std::size_t i = begin; i < end; ++i)
            out.append(leaves[i]);
        return out;
    }
    ipc::SignRequest request(std::size_t from, std::size_t to) {
        return {from, to, range(0, to).root(), consistency_proof(range(0, from), range(from, to))};
    }
    // Signs; the note must be right.
    static void expect_signed(Signer& signer, const ipc::SignRequest& request) {
        const auto result = signer.sign(request);
        const auto* note = std::get_if<std::string>(&result);
        ASSERT_NE(note, nullptr);
        const std::vector<evidence::VerifierKey> keys{signer.verifier()};
        const auto verified = verify_note(*note, keys);
        ASSERT_TRUE(verified);
        EXPECT_EQ(verified->checkpoint,
                  (evidence::Checkpoint{"test/log", request.size, request.root}));
        EXPECT_EQ(signer.last().size, request.size);
    }
    static void expect_refused(Signer& signer, const ipc::SignRequest& request,
                               ipc::SignRefusal why) {
        const std::uint64_t before = signer.last().size;
        const auto result = signer.sign(request);
        ASSERT_TRUE(std::holds_alternative<ipc::SignRefusal>(result));
        EXPECT_EQ(std::get<ipc::SignRefusal>(result), why);
        EXPECT_EQ(signer.last().size, before);
    }
    void write(const std::string& name, const std::string& text) {
        std::ofstream(directory + name) << text;
    }
    std::string read(const std::string& name) {
        std::ifstream in(directory + name);
        return {std::istreambuf_iterator<char>(in), {}};
    }

    std::string directory;
    std::vector<Hash> leaves;
};

TEST_F(SignerTest, SignsForwardOnly) {
    ASSERT_TRUE(Signer::make(directory, "test/log"));
    auto signer = Signer::open(directory).value();
    expect_signed(signer, request(0, 7));
    expect_signed(signer, request(7, 19));
    expect_signed(signer, request(19, 19));  // the same again: a broker that lost the answer
    expect_refused(signer, request(7, 30), ipc::SignRefusal::kNotTheLast);
    expect_refused(signer, request(0, 18), ipc::SignRefusal::kNotTheLast);
    expect_refused(signer, {19, 12, range(0, 12).root(), {}}, ipc::SignRefusal::kNotTheLast);
    expect_signed(signer, request(19, 40));
}

TEST_F(SignerTest, SignsNoOtherPast) {
    ASSERT_TRUE(Signer::make(directory, "test/log"));
    auto signer = Signer::open(directory).value();
    expect_signed(signer, request(0, 11));
    const auto whole = leaves;
    for (std::size_t changed = 0; changed < 11; ++changed) {
        leaves = whole;
        leaves[changed][0] ^= 1;
        expect_refused(signer, request(11, 20), ipc::SignRefusal::kNotConsistent);
    }
    leaves = whole;
    leaves.erase(leaves.begin() + 4);
    expect_refused(signer, request(11, 20), ipc::SignRefusal::kNotConsistent);
    leaves = whole;
    auto same_size = request(11, 11);
    same_size.root[0] ^= 1;
    expect_refused(signer, same_size, ipc::SignRefusal::kNotConsistent);
    expect_signed(signer, request(11, 20));  // control
}

TEST_F(SignerTest, RemembersOverARestart) {
    const auto key = Signer::make(directory, "test/log").value();
    {
        auto signer = Signer::open(directory).value();
        expect_signed(signer, request(0, 25));
    }
    auto signer = Signer::open(directory).value();
    EXPECT_EQ(signer.verifier().line(), key.line());
    EXPECT_EQ(signer.last().size, 25U);
    expect_refused(signer, request(0, 30), ipc::SignRefusal::kNotTheLast);
    expect_signed(signer, request(25, 30));
}

TEST_F(SignerTest, WhatCannotBeKeptIsNotSigned) {
    ASSERT_TRUE(Signer::make(directory, "test/log"));
    auto signer = Signer::open(directory).value();
    expect_signed(signer, request(0, 3));
    fs::create_directory(directory + "/last.new");  // the new state cannot be written, root or not
    expect_refused(signer, request(3, 9), ipc::SignRefusal::kStorage);
    fs::remove(directory + "/last.new");
    expect_signed(signer, request(3, 9));
}

TEST_F(SignerTest, WithoutItsStateItDoesNotStart) {
    ASSERT_TRUE(Signer::make(directory, "test/log"));
    {
        auto signer = Signer::open(directory).value();
        expect_signed(signer, request(0, 3));
    }
    const std::string state = read("/last");
    fs::remove(directory + "/last");
    EXPECT_FALSE(Signer::open(directory));
    for (std::size_t i = 0; i < state.size(); ++i) {
        write("/last", state.substr(0, i));
        EXPECT_FALSE(Signer::open(directory)) << i;
    }
    write("/last", state + "\n");
    EXPECT_FALSE(Signer::open(directory));
    write("/last", state);
    EXPECT_TRUE(Signer::open(directory));  // control
}

TEST_F(SignerTest, StateOfAnotherKey) {
    ASSERT_TRUE(Signer::make(directory, "test/log"));
    const std::string state = read("/last");
    fs::remove_all(directory);
    ASSERT_TRUE(Signer::make(directory, "test/log"));
    EXPECT_TRUE(Signer::open(directory));  // control
    write("/last", state);
    EXPECT_FALSE(Signer::open(directory));
}

TEST_F(SignerTest, AKeyIsMadeOnceAndOnlyForItsOwner) {
    ASSERT_TRUE(Signer::make(directory, "test/log"));
    EXPECT_EQ(Signer::make(directory, "test/log").error().code, Errc::kState);
    struct stat info {};
    ASSERT_EQ(::stat((directory + "/signer.key").c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0600U);
    ASSERT_EQ(::chmod((directory + "/signer.key").c_str(), 0640), 0);
    EXPECT_EQ(Signer::open(directory).error().code, Errc::kDenied);
    EXPECT_FALSE(Signer::make(directory + "2", "two words"));
}

}  // namespace
}  // namespace sudare::signer
