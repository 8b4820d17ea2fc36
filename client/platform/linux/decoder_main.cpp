// SPDX-License-Identifier: Apache-2.0
// sudare-decoder: applies picture updates to shared memory and can do nothing else. Everything
// that it will ever need is made first; then the sandbox closes; then the first byte is read.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <span>
#include <vector>

#include "client/decoder/pipe.h"
#include "client/decoder/service.h"
#include "client/platform/linux/decoder_sandbox.h"
#include "protocol/core/limits.h"
#include "server/base/log.h"

namespace {

using sudare::Errc;
using sudare::Result;
namespace decoder = sudare::decoder;

Result<std::span<std::uint32_t>> map_canvas() {
    struct stat status {};
    if (::fstat(decoder::kCanvasFd, &status) != 0)
        return sudare::fail_errno("canvas descriptor");
    if (status.st_size != static_cast<off_t>(decoder::kCanvasBytes))
        return sudare::fail(Errc::kBadInput, "canvas memory has another size");
    const int seals = ::fcntl(decoder::kCanvasFd, F_GET_SEALS);
    constexpr int kNeeded = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL;
    if (seals < 0 || (seals & kNeeded) != kNeeded)
        return sudare::fail(Errc::kBadInput, "canvas memory is not sealed");
    void* map = ::mmap(nullptr, decoder::kCanvasBytes, PROT_READ | PROT_WRITE, MAP_SHARED,
                       decoder::kCanvasFd, 0);
    if (map == MAP_FAILED)
        return sudare::fail_errno("mmap of the canvas");
    ::close(decoder::kCanvasFd);
    return std::span(static_cast<std::uint32_t*>(map), decoder::kCanvasBytes / 4);
}

// False: the other side closed, between messages or within one.
bool read_exactly(std::span<std::uint8_t> bytes) {
    while (!bytes.empty()) {
        const ssize_t count = ::read(decoder::kRequestFd, bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return false;
        bytes = bytes.subspan(static_cast<std::size_t>(count));
    }
    return true;
}

bool write_exactly(std::span<const std::uint8_t> bytes) {
    while (!bytes.empty()) {
        const ssize_t count = ::write(decoder::kReplyFd, bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return false;
        bytes = bytes.subspan(static_cast<std::size_t>(count));
    }
    return true;
}

int serve(decoder::Service& service) {
    std::vector<std::uint8_t> payload(sudare::limits::kUpdateMax);
    for (;;) {
        std::uint8_t header[decoder::kRequestHeaderBytes];
        if (!read_exactly(header))
            return EXIT_SUCCESS;
        const std::size_t length = std::size_t{header[0]} << 24 | std::size_t{header[1]} << 16 |
                                   std::size_t{header[2]} << 8 | header[3];
        if (length > payload.size())
            return EXIT_FAILURE;  // our own viewer never asks that
        const std::span<std::uint8_t> bytes(payload.data(), length);
        if (!read_exactly(bytes))
            return EXIT_SUCCESS;
        const decoder::Reply reply = service.handle(bytes);
        if (!write_exactly(decoder::encode_reply(reply)))
            return EXIT_SUCCESS;
        if (reply.status == decoder::ReplyStatus::kRejected)
            return EXIT_FAILURE;
    }
}

Result<decoder::Service> prepare() {
    SUDARE_TRY(const std::span<std::uint32_t> memory, map_canvas());
    SUDARE_TRY(decoder::CanvasDecoder canvas, decoder::CanvasDecoder::create(memory));
    ::close(STDIN_FILENO);
    ::close(STDOUT_FILENO);
    SUDARE_CHECK(sudare::enter(decoder::decoder_sandbox()));
    return decoder::Service(std::move(canvas));
}

}  // namespace

int main() {
    sudare::log_init("sudare-decoder");
    auto service = prepare();
    if (!service) {
        sudare::log_error("{}", service.error().message);
        return EXIT_FAILURE;
    }
    return serve(*service);
}
