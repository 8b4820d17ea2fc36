// SPDX-License-Identifier: Apache-2.0
#include "client/platform/linux/worker_linux.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <QCoreApplication>
#include <QPointer>
#include <array>
#include <cerrno>
#include <csignal>

#include "client/decoder/pipe.h"

namespace sudare::platform {
namespace {

struct Pipe {
    UniqueFd read_end;
    UniqueFd write_end;
};

Result<Pipe> make_pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0)
        return fail_errno("pipe2");
    return Pipe{UniqueFd(ends[0]), UniqueFd(ends[1])};
}

Result<void> set_nonblocking(int fd) {
    if (::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK) != 0)
        return fail_errno("fcntl");
    return {};
}

}  // namespace

LinuxWorker::~LinuxWorker() {
    readable_.reset();
    writable_.reset();
    exit_.reset();
    if (child_.pid > 0) {
        child_.signal(SIGKILL);  // it holds nothing that would need an orderly end
        child_.wait();
    }
    if (map_ != nullptr)
        ::munmap(const_cast<std::uint8_t*>(map_), map_bytes_);
}

Result<void> LinuxWorker::start(const QString& program, std::size_t shared_bytes) {
    if (child_.pid > 0 || map_ != nullptr)
        return fail(Errc::kState, "the decoder was started before");
    SUDARE_CHECK(make_memory(shared_bytes));
    return launch(program);
}

// The size is sealed: neither side can truncate it under the other's feet. Writing is not sealed,
// because the worker draws there; our own mapping is read-only.
Result<void> LinuxWorker::make_memory(std::size_t bytes) {
    memory_.reset(::memfd_create("sudare-canvas", MFD_CLOEXEC | MFD_ALLOW_SEALING));
    if (!memory_)
        return fail_errno("memfd_create");
    if (::ftruncate(memory_.get(), static_cast<off_t>(bytes)) != 0)
        return fail_errno("ftruncate");
    if (::fcntl(memory_.get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0)
        return fail_errno("F_ADD_SEALS");
    void* map = ::mmap(nullptr, bytes, PROT_READ, MAP_SHARED, memory_.get(), 0);
    if (map == MAP_FAILED)
        return fail_errno("mmap");
    map_ = static_cast<const std::uint8_t*>(map);
    map_bytes_ = bytes;
    return {};
}

Result<void> LinuxWorker::launch(const QString& program) {
    SUDARE_TRY(Pipe up, make_pipe());
    SUDARE_TRY(Pipe down, make_pipe());
    SUDARE_CHECK(set_nonblocking(up.write_end.get()));
    SUDARE_CHECK(set_nonblocking(down.read_end.get()));
    SpawnSpec spec;
    spec.program = program.toStdString();
    spec.argv = {"sudare-decoder"};
    spec.fds = {{up.read_end.get(), decoder::kRequestFd},
                {down.write_end.get(), decoder::kReplyFd},
                {memory_.get(), decoder::kCanvasFd}};
    SUDARE_TRY(child_, spawn(spec));
    to_worker_ = std::move(up.write_end);
    from_worker_ = std::move(down.read_end);
    readable_ = std::make_unique<QSocketNotifier>(from_worker_.get(), QSocketNotifier::Read);
    writable_ = std::make_unique<QSocketNotifier>(to_worker_.get(), QSocketNotifier::Write);
    writable_->setEnabled(false);
    exit_ = std::make_unique<QSocketNotifier>(child_.pidfd.get(), QSocketNotifier::Read);
    connect(readable_.get(), &QSocketNotifier::activated, this, &LinuxWorker::on_readable);
    connect(writable_.get(), &QSocketNotifier::activated, this, &LinuxWorker::on_writable);
    connect(exit_.get(), &QSocketNotifier::activated, this, &LinuxWorker::on_exit);
    return {};
}

bool LinuxWorker::write(std::span<const std::uint8_t> bytes) {
    if (child_.pid <= 0 || queue_.size() - queue_begin_ + bytes.size() > kQueuedMax)
        return false;
    queue_.insert(queue_.end(), bytes.begin(), bytes.end());
    on_writable();
    return true;
}

void LinuxWorker::on_writable() {
    while (queue_begin_ < queue_.size()) {
        const ssize_t count = ::write(to_worker_.get(), queue_.data() + queue_begin_,
                                      queue_.size() - queue_begin_);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            break;  // full, or the worker is gone: on_exit tells
        queue_begin_ += static_cast<std::size_t>(count);
    }
    if (queue_begin_ == queue_.size()) {
        queue_.clear();
        queue_begin_ = 0;
    }
    writable_->setEnabled(!queue_.empty());
}

void LinuxWorker::on_readable() {
    std::array<char, 16 * 1024> piece;
    const QPointer<LinuxWorker> self(this);
    while (self) {
        const ssize_t count = ::read(from_worker_.get(), piece.data(), piece.size());
        if (count < 0 && errno == EINTR)
            continue;
        if (count == 0)
            readable_->setEnabled(false);  // its end; the exit notifier says how
        if (count <= 0)
            break;
        Q_EMIT received(QByteArray(piece.data(), static_cast<qsizetype>(count)));
    }
}

void LinuxWorker::on_exit() {
    const QPointer<LinuxWorker> self(this);
    on_readable();  // its last words
    if (!self)
        return;
    exit_->setEnabled(false);
    writable_->setEnabled(false);
    readable_->setEnabled(false);
    const auto status = child_.try_wait();
    const std::string how = status ? describe_wait_status(*status) : std::string("unknown");
    Q_EMIT ended(QString::fromStdString(how));
}

std::span<const std::uint8_t> LinuxWorker::shared() const { return {map_, map_bytes_}; }

std::unique_ptr<WorkerProcess> make_worker_process() { return std::make_unique<LinuxWorker>(); }

QString decoder_program() {
    return QCoreApplication::applicationDirPath() + QStringLiteral("/sudare-decoder");
}

}  // namespace sudare::platform
