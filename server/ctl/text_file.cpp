// SPDX-License-Identifier: Apache-2.0
#include "server/ctl/text_file.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>

namespace sudare::ctl {
namespace {

constexpr std::size_t kFileMax = 64U << 20;

Result<std::string> read_from(std::istream& in) {
    std::string out, part(1U << 16, '\0');
    while (in.read(part.data(), static_cast<std::streamsize>(part.size())) || in.gcount() != 0) {
        out.append(part.data(), static_cast<std::size_t>(in.gcount()));
        if (out.size() > kFileMax)
            return fail(Errc::kLimit, "it has more than 64 MiB, which is the most");
    }
    return out;
}

}  // namespace

Result<std::string> read_file(const std::string& path) {
    if (path == "-")
        return read_from(std::cin);
    std::ifstream file(path, std::ios::binary);
    if (!file)
        return fail(Errc::kNotFound, std::strerror(errno));
    return read_from(file);
}

std::string text_of_file(std::string bytes) {
    constexpr std::string_view kMark = "\xEF\xBB\xBF";
    if (bytes.starts_with(kMark))
        bytes.erase(0, kMark.size());
    std::erase(bytes, '\r');
    while (bytes.ends_with('\n'))
        bytes.pop_back();
    return bytes;
}

Result<std::string> read_text_file(const std::string& path) {
    SUDARE_TRY(std::string bytes, read_file(path));
    return text_of_file(std::move(bytes));
}

}  // namespace sudare::ctl
