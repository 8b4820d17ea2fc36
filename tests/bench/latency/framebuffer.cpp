// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/latency/framebuffer.h"

#include <X11/XWDFile.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <utility>

namespace sudare::bench {
namespace {

// The header's fields are big-endian 32-bit numbers, by index (X11/XWDFile.h).
std::uint32_t field(const volatile std::uint8_t* map, std::size_t index) {
    const volatile std::uint8_t* at = map + index * 4;
    return std::uint32_t{at[0]} << 24 | std::uint32_t{at[1]} << 16 | std::uint32_t{at[2]} << 8 | at[3];
}
enum Field { kHeaderSize = 0, kWidth = 4, kHeight = 5, kBitsPerPixel = 11, kBytesPerLine = 12, kColours = 19 };

}  // namespace

Result<Framebuffer> Framebuffer::open(const std::string& path) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    struct stat status {};
    if (fd < 0 || ::fstat(fd, &status) != 0)
        return fail_errno(("open " + path).c_str());
    Framebuffer out;
    out.size_ = static_cast<std::size_t>(status.st_size);
    void* map = ::mmap(nullptr, out.size_, PROT_READ, MAP_SHARED, fd, 0);
    ::close(fd);
    if (map == MAP_FAILED)
        return fail_errno("mmap");
    out.map_ = static_cast<const volatile std::uint8_t*>(map);
    if (out.size_ < sizeof(XWDFileHeader) || field(out.map_, kBitsPerPixel) != 32)
        return fail(Errc::kBadInput, path + " is not the screen of an Xvfb with 24 bits");
    out.width_ = field(out.map_, kWidth);
    out.height_ = field(out.map_, kHeight);
    out.stride_ = field(out.map_, kBytesPerLine);
    out.offset_ = field(out.map_, kHeaderSize) + field(out.map_, kColours) * sizeof(XWDColor);
    if (out.offset_ + out.stride_ * out.height_ > out.size_)
        return fail(Errc::kBadInput, path + " is shorter than its header says");
    return out;
}

Framebuffer::Framebuffer(Framebuffer&& other) noexcept
    : map_(std::exchange(other.map_, nullptr)),
      size_(other.size_),
      offset_(other.offset_),
      stride_(other.stride_),
      width_(other.width_),
      height_(other.height_) {}

Framebuffer::~Framebuffer() {
    if (map_ != nullptr)
        ::munmap(const_cast<std::uint8_t*>(map_), size_);
}

std::uint32_t Framebuffer::pixel(std::size_t x, std::size_t y) const {
    const volatile std::uint8_t* at = map_ + offset_ + y * stride_ + x * 4;
    return std::uint32_t{at[2]} << 16 | std::uint32_t{at[1]} << 8 | at[0];
}

}  // namespace sudare::bench
