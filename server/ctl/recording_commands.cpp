// SPDX-License-Identifier: Apache-2.0
// sudarectl recording: what was recorded, and getting it.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <memory>

#include "protocol/recording/keys.h"
#include "protocol/recording/opener.h"
#include "server/base/unix_socket.h"
#include "server/ctl/client.h"
#include "server/ctl/commands.h"

namespace sudare::ctl {
namespace {

using ipc::CtlRequest;
using recording::Opener;

struct Options {
    std::string session, user, from, to, id, reason, out;
};

// A file as memory; read only.
class Mapped {
public:
    explicit Mapped(int fd) {
        struct stat status {};
        if (::fstat(fd, &status) != 0 || status.st_size == 0)
            return;
        size_ = static_cast<std::size_t>(status.st_size);
        memory_ = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, fd, 0);
    }
    ~Mapped() {
        if (memory_ != MAP_FAILED)
            ::munmap(memory_, size_);
    }
    Mapped(const Mapped&) = delete;
    Mapped& operator=(const Mapped&) = delete;
    [[nodiscard]] std::span<const std::uint8_t> bytes() const {
        return memory_ == MAP_FAILED ? std::span<const std::uint8_t>()
                                     : std::span(static_cast<const std::uint8_t*>(memory_), size_);
    }

private:
    void* memory_ = MAP_FAILED;
    std::size_t size_ = 0;
};

std::string_view name_of(Opener::End end) {
    switch (end) {
        case Opener::End::kOrderly:
            return "ended";
        case Opener::End::kTorn:
            return "torn";
        default:
            return "unfinished";
    }
}

struct Checked {
    std::uint64_t segments = 0;
    std::string_view end;  // "ended", "unfinished", "torn"
    bool as_in_the_log = false;
};

// The segments that the log knows are compared by their hashes; behind them there may be more, of
// which the broker had not heard yet.
Result<Checked> check(int fd, const std::string& chain, std::uint64_t known) {
    const Mapped file(fd);
    SUDARE_TRY(const Opener opener, Opener::create(file.bytes()));
    Checked out{opener.segments().size(), name_of(opener.end()), false};
    recording::Hash hash = opener.header_hash();
    for (std::size_t i = 0; i < opener.segments().size() && i < known; ++i)
        hash = recording::chained(hash, recording::sha256(opener.bytes_of(opener.segments()[i])));
    out.as_in_the_log = opener.segments().size() >= known && recording::to_hex(hash) == chain;
    return out;
}

void tell(Context& context, const ipc::CtlRow& row, const Options& options,
          const Checked& checked) {
    boost::json::object object = json_of(row);
    object["file"] = options.out;
    object["file_segments"] = checked.segments;
    object["file_end"] = checked.end;
    object["as_in_the_log"] = checked.as_in_the_log;
    context.result(
        object,
        fmt::format(
            "{}\n{}", options.out,
            checked.as_in_the_log
                ? context.pick("the file is as the log has it",
                               "ファイルは監査記録と一致しています")
                : context.pick(
                      "THE FILE IS NOT AS THE LOG HAS IT: it was changed or cut",
                      "ファイルが監査記録と一致しません。変更されたか、切り詰められています")));
    if (!checked.as_in_the_log)
        context.exit_code = kExitFailed;
}

void tell_consent(Context& context, const std::string& number) {
    context.result(
        {{"consent", number}},
        fmt::format(fmt::runtime(context.pick(
                        "a second reviewer must consent: sudarectl consent give {}; then ask again, "
                        "with the same reason",
                        "2 人目の閲覧者の同意が必要です (sudarectl consent give {})。同意の後、同じ理由で"
                        "もう一度取り出してください")),
                    number));
    context.exit_code = kExitPending;
}

void get(Context& context, const Options& options) {
    if (const auto ready = recording::initialise(); !ready)
        return context.failed(ready.error());
    const UniqueFd file(::open(options.out.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!file)
        return context.failed(
            fail_errno(("--out: cannot make the new file " + options.out).c_str()).value());
    ipc::CtlRow first;
    Result<void> written;
    const bool whole = ask(
        context, CtlRequest::kRecordingExport, {options.id, options.reason},
        [&](const ipc::CtlRow& row) { first = row; },
        [&](std::span<const std::uint8_t> piece) {
            written = write_all(file.get(), piece);
            return written.has_value();
        });
    if (!written)
        context.failed(written.error());
    const std::string consent = text_of(first, "consent");
    if (!whole || !written || !consent.empty())
        ::unlink(options.out.c_str());  // ours, and not what was asked for
    if (whole && !consent.empty())
        return tell_consent(context, consent);
    if (!whole || !written)
        return;
    const auto checked = check(file.get(), text_of(first, "chain"),
                               std::strtoull(text_of(first, "segments").c_str(), nullptr, 10));
    if (!checked)
        return context.failed(checked.error());
    tell(context, first, options, *checked);
}

}  // namespace

void add_recording_commands(CLI::App& app, Context& context) {
    CLI::App* group =
        add_group(app, "recording", context.pick("recordings of sessions", "セッションの録画"));
    const auto options = std::make_shared<Options>();
    CLI::App* list = add_command(
        group, "list", context.pick("the newest first", "一覧 (新しい順)"), [&context, options] {
            ask_table(context, CtlRequest::kRecordingList,
                      {options->session, options->user, options->from, options->to},
                      {{"recording", "RECORDING", "録画"},
                       {"session", "SESSION", "番号"},
                       {"user", "USER", "利用者"},
                       {"started", "STARTED", "開始"},
                       {"seconds", "SECONDS", "秒"},
                       {"bytes", "BYTES", "バイト"},
                       {"state", "STATE", "状態"}});
        });
    list->add_option("--session", options->session,
                     std::string(context.pick("of this session", "このセッションのみ")));
    list->add_option("--user", options->user,
                     std::string(context.pick("of this user", "この利用者のみ")));
    list->add_option(
        "--from", options->from,
        std::string(context.pick("first day, UTC, YYYY-MM-DD", "最初の日 (UTC、YYYY-MM-DD)")));
    list->add_option(
        "--to", options->to,
        std::string(context.pick("last day, UTC, YYYY-MM-DD", "最後の日 (UTC、YYYY-MM-DD)")));
    CLI::App* fetch = add_command(group, "export",
                                  context.pick("get one, sealed as it is; recorded with the reason",
                                               "封印されたまま取り出す (理由とともに記録される)"),
                                  [&context, options] { get(context, *options); });
    add_needed(fetch, "recording", options->id, context.pick("number from the list", "一覧の番号"));
    fetch->add_option("--reason", options->reason, std::string(context.pick("why", "理由")))
        ->required();
    fetch
        ->add_option("--out", options->out, std::string(context.pick("new file", "新しいファイル")))
        ->required();
}

}  // namespace sudare::ctl
