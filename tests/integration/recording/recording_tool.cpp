// SPDX-License-Identifier: Apache-2.0
// For tests: opens a recording as a reviewer does and prints what is in it, one JSON object a line.
//   recording_tool FILE KEYFILE PASSPHRASEFILE
// First {"session", "start_ms", "segments", "end"}, then {"ms", "segment", "type", "payload"
// (hex)}.
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>

#include "protocol/recording/keys.h"
#include "protocol/recording/opener.h"

namespace {

using namespace sudare;
using namespace sudare::recording;

std::string content(const char* path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

Result<void> print(const std::string& file, const std::string& key_file, std::string passphrase) {
    SUDARE_CHECK(initialise());
    while (!passphrase.empty() && passphrase.back() == '\n')
        passphrase.pop_back();
    SUDARE_TRY(Opener opener,
               Opener::create({reinterpret_cast<const std::uint8_t*>(file.data()), file.size()}));
    SUDARE_TRY(const KeyPair keys, read_key_file(key_file, passphrase));
    SUDARE_CHECK(opener.unlock(keys.secret_key));
    constexpr const char* kEnds[] = {"ended", "unfinished", "torn"};
    std::printf("{\"session\": %llu, \"start_ms\": %llu, \"segments\": %zu, \"end\": \"%s\"}\n",
                static_cast<unsigned long long>(opener.header().session),
                static_cast<unsigned long long>(opener.header().start_ms), opener.segments().size(),
                kEnds[static_cast<int>(opener.end())]);
    for (std::size_t i = 0; i < opener.segments().size(); ++i) {
        SUDARE_TRY(const auto opened, opener.open(i));
        for (const Entry& entry : opened.entries)
            std::printf(
                "{\"ms\": %u, \"segment\": %zu, \"flags\": %u, \"type\": %u, \"payload\": "
                "\"%s\"}\n",
                entry.at_ms, i, opener.segments()[i].head.flags, entry.frame.type,
                to_hex(entry.frame.payload).c_str());
    }
    return {};
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 4)
        return 2;
    const auto done = print(content(argv[1]), content(argv[2]), content(argv[3]));
    if (!done)
        std::fprintf(stderr, "%s\n", done.error().message.c_str());
    return done ? 0 : 1;
}
