// SPDX-License-Identifier: Apache-2.0
#include "protocol/evidence/checkpoint.h"

#include <gtest/gtest.h>

#include "protocol/evidence/ed25519.h"

namespace sudare::evidence {
namespace {

std::vector<std::uint8_t> unhex(std::string_view text) {
    std::vector<std::uint8_t> out;
    for (std::size_t i = 0; i < text.size(); i += 2)
        out.push_back(
            static_cast<std::uint8_t>(std::stoi(std::string(text.substr(i, 2)), nullptr, 16)));
    return out;
}

Hash hash_of(std::string_view text) {
    Hash out;
    const auto bytes = unhex(text);
    std::copy(bytes.begin(), bytes.end(), out.begin());
    return out;
}

// RFC 8032 section 7.1, test 2.
TEST(Ed25519, KnownSignature) {
    const Hash key = hash_of("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
    auto signature = unhex(
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0"
        "f11d8c"
        "387b2eaeb4302aeeb00d291612bb0c00");
    const std::vector<std::uint8_t> message{0x72};
    EXPECT_TRUE(ed25519_verify(key, message, signature));
    EXPECT_FALSE(ed25519_verify(key, {}, signature));
    for (std::size_t i = 0; i < signature.size(); ++i) {
        signature[i] ^= 1;
        EXPECT_FALSE(ed25519_verify(key, message, signature)) << i;
        signature[i] ^= 1;
    }
    signature.push_back(0);
    EXPECT_FALSE(ed25519_verify(key, message, signature));
}

// The example key of Go's sumdb/note package (PeterNeumann), whose key hash it fixes.
TEST(VerifierKey, KnownKeyHash) {
    const std::string line = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    const auto key = VerifierKey::parse(line);
    ASSERT_TRUE(key);
    EXPECT_EQ(key->name(), "PeterNeumann");
    EXPECT_EQ(key->id(), "c74f20a3");
    EXPECT_EQ(key->line(), line);
    for (const char* wrong :
         {"", "PeterNeumann", "PeterNeumann+c74f20a3",
          "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
          "peterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
          "PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
          "PeterNeumann+c74f20a3+AhpcGQcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
          "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW\n"})
        EXPECT_FALSE(VerifierKey::parse(wrong)) << wrong;
}

class Notes : public testing::Test {
protected:
    SigningKey key = SigningKey::generate().value();
    VerifierKey verifier = key.verifier("sudare.example/log").value();
    Checkpoint checkpoint{"sudare.example/log", 1234567, sha256({})};
    std::string note = key.sign(checkpoint).value();
};

TEST_F(Notes, WhatIsSignedIsVerified) {
    const std::vector<VerifierKey> keys{verifier};
    const auto verified = verify_note(note, keys);
    ASSERT_TRUE(verified) << verified.error().message;
    EXPECT_EQ(verified->checkpoint, checkpoint);
    EXPECT_EQ(verified->key, &keys[0]);
    EXPECT_EQ(note, text_of(checkpoint) + "\n" + note.substr(note.find("\xe2\x80\x94")));
}

TEST_F(Notes, EveryFlippedBitIsFound) {
    const std::vector<VerifierKey> keys{verifier};
    for (std::size_t i = 0; i < note.size(); ++i)
        for (int bit = 0; bit < 8; ++bit) {
            std::string changed = note;
            changed[i] = static_cast<char>(changed[i] ^ (1 << bit));
            EXPECT_FALSE(verify_note(changed, keys)) << i << "." << bit;
        }
    for (std::size_t i = 0; i < note.size(); ++i)
        EXPECT_FALSE(verify_note(note.substr(0, i), keys)) << i;
}

TEST_F(Notes, AnotherKeyOfTheSameName) {
    const std::vector<VerifierKey> other{
        SigningKey::generate().value().verifier("sudare.example/log").value()};
    const auto verified = verify_note(note, other);
    ASSERT_FALSE(verified);
    EXPECT_EQ(verified.error().code, Errc::kNotFound);
    const std::vector<VerifierKey> both{other[0], verifier};
    EXPECT_TRUE(verify_note(note, both));
}

// A key signs for the log of its own name only.
TEST_F(Notes, TheRightKeyForAnotherOrigin) {
    const std::vector<VerifierKey> keys{verifier, key.verifier("other").value()};
    std::string other = key.sign({"other", 1, sha256({})}).value();
    EXPECT_TRUE(verify_note(other, keys));
    other.replace(other.find("\xe2\x80\x94"), std::string::npos,
                  note.substr(note.find("\xe2\x80\x94")));
    EXPECT_FALSE(verify_note(other, keys));
}

TEST_F(Notes, WitnessesMayStandBesideTheLog) {
    const std::vector<VerifierKey> keys{verifier};
    const std::string witness =
        "\xe2\x80\x94 witness.example " + base64(std::vector<std::uint8_t>(76, 9)) + "\n";
    EXPECT_TRUE(verify_note(note + witness, keys));
    const std::size_t at = note.find("\xe2\x80\x94");
    EXPECT_TRUE(verify_note(note.substr(0, at) + witness + note.substr(at), keys));
    EXPECT_FALSE(verify_note(note.substr(0, at) + witness, keys));
    std::string many = note;
    for (int i = 0; i < 20; ++i)
        many += witness;
    EXPECT_FALSE(verify_note(many, keys));
}

TEST_F(Notes, WrongForms) {
    const std::string root = base64(checkpoint.root);
    const std::string sign = note.substr(note.find("\xe2\x80\x94"));
    EXPECT_TRUE(parse_note("o\n7\n" + root + "\n\n" + sign));  // control
    for (const std::string& text :
         {"o\n07\n" + root + "\n\n", "o\n-7\n" + root + "\n\n", "o \n7\n" + root + "\n\n",
          "\n7\n" + root + "\n\n", "o\n7\n" + root.substr(1) + "\n\n",
          "o\n7\n" + root + "\nmore\n\n", "o\n7\n" + root + "\n",
          "o\n9223372036854775807\n" + root + "\n\n", "o\r\n7\n" + root + "\n\n"})
        EXPECT_FALSE(parse_note(text + sign)) << text;
    EXPECT_FALSE(parse_note("o\n7\n" + root + "\n\n"));
}

TEST_F(Notes, AKeyComesBackFromItsFile) {
    const std::string pem = key.pem().value();
    const auto again =
        SigningKey::from_pem({reinterpret_cast<const std::uint8_t*>(pem.data()), pem.size()});
    ASSERT_TRUE(again);
    EXPECT_EQ(again->verifier("x")->line(), key.verifier("x")->line());
    EXPECT_FALSE(SigningKey::from_pem({}));
}

TEST_F(Notes, SeveralInOneFile) {
    const std::string second = key.sign({"sudare.example/log", 9, sha256({})}).value();
    const std::string file = note + "\n" + second + "\n" + note.substr(0, note.size() - 3);
    std::string_view rest = file;
    EXPECT_EQ(take_note(rest), note);
    EXPECT_EQ(take_note(rest), second);
    EXPECT_FALSE(take_note(rest));
    EXPECT_EQ(rest, std::string_view(note).substr(0, note.size() - 3));
}

}  // namespace
}  // namespace sudare::evidence
