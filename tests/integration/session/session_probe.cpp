// SPDX-License-Identifier: Apache-2.0
// Plays launcher and viewer to a real sudare-session: takes the commands of compositor_probe on
// stdin, sends them as wire messages, decodes the updates and acknowledges them.
// `session_probe SOCKET WIDTH HEIGHT SCALE120 SESSION_PROGRAM`.
//
// More commands: "attach" (another viewer connection), "close" (the viewer goes away), "raw HEX"
// (bytes into the viewer stream), "view_only 0|1" (policy), "size" (of the picture), "stop".
// More events: "ready", "update SEQUENCE BYTES SNAPSHOT", "detached", "ended REASON", "exit WHAT".
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "client/decoder/canvas_decoder.h"
#include "protocol/ipc/host_session.h"
#include "protocol/ipc/link_host.h"
#include "protocol/wire/messages.h"
#include "server/base/spawn.h"
#include "server/base/unix_socket.h"
#include "server/session/button_codes.h"
#include "tests/integration/session/probe_picture.h"

namespace {

using namespace sudare;

void say(const std::string& line) {
    std::cout << line << std::endl;
}

class Probe {
   public:
    Probe(char** argv, decoder::CanvasDecoder canvas)
        : display_{*Size::make(number(argv[2]), number(argv[3])),
                   static_cast<std::uint16_t>(number(argv[4]))},
          canvas_(std::move(canvas)) {}
    Result<void> start(const std::string& socket, const std::string& program);
    int run();

   private:
    static std::uint32_t number(const char* text) {
        return static_cast<std::uint32_t>(std::atoi(text));
    }
    Result<void> attach();
    void control(ipc::HostSessionFrame type, std::span<const std::uint8_t> payload, int fd = -1);
    void up(const wire::UpMessage& message);
    std::string obey(const std::string& line);
    std::string press(wire::Button button, bool down);
    void read_commands();
    void read_viewer();
    void read_control();
    void on_frame(const Frame& frame);
    void on_update(std::span<const std::uint8_t> payload);

    Display display_;
    decoder::CanvasDecoder canvas_;
    Child session_;
    UniqueFd control_, viewer_;
    ipc::TableRules control_rules_{ipc::kSessionUpRows};
    wire::SessionRules viewer_rules_{wire::Direction::kDown};
    FrameBuffer control_frames_{control_rules_};
    std::optional<FrameBuffer> viewer_frames_;
    std::string commands_;
    bool quit_ = false;
};

Result<void> Probe::start(const std::string& socket, const std::string& program) {
    SUDARE_TRY(UniqueFd wayland, unix_listen(socket, 0666));
    SUDARE_TRY(UniqueFd input_method, unix_listen(socket + "-input-method", 0666));
    SUDARE_TRY(auto pair, unix_pair());
    control_ = std::move(pair.first);
    ipc::SessionConfig config;
    config.display = display_;
    control(ipc::HostSessionFrame::kConfig, ipc::write_session_config(config));
    SUDARE_CHECK(attach());
    SpawnSpec spec;
    spec.program = program;
    spec.argv = {program};
    if (const char* level = std::getenv("SUDARE_LOG"))
        spec.environment = {std::string("SUDARE_LOG=") + level};
    spec.fds = {{pair.second.get(), ipc::kSessionControlFd},
                {wayland.get(), ipc::kSessionWaylandFd},
                {input_method.get(), ipc::kSessionInputMethodFd}};
    SUDARE_TRY(session_, spawn(spec));
    return {};
}

Result<void> Probe::attach() {
    SUDARE_TRY(auto pair, unix_pair());
    viewer_ = std::move(pair.first);
    viewer_frames_.emplace(viewer_rules_);
    control(ipc::HostSessionFrame::kAttach,
            ipc::write_session_attach({display_, KeyboardLayout::kUs}), pair.second.get());
    return {};
}

void Probe::control(ipc::HostSessionFrame type, std::span<const std::uint8_t> payload, int fd) {
    std::vector<std::uint8_t> bytes;
    append_frame(bytes, static_cast<std::uint8_t>(type), payload);
    (void)send_with_fds(control_.get(), bytes,
                        fd < 0 ? std::span<const int>() : std::span<const int>(&fd, 1));
}

void Probe::up(const wire::UpMessage& message) {
    std::vector<std::uint8_t> bytes;
    if (viewer_ && wire::encode(bytes, message))
        (void)write_all(viewer_.get(), bytes);
}

std::string Probe::press(wire::Button button, bool down) {
    up(wire::PointerButton{button, down});
    return "ok";
}

std::string Probe::obey(const std::string& line) {
    std::istringstream in(line);
    std::string word;
    in >> word;
    const auto canvas = canvas_.canvas();
    if (word == "text") {
        up(wire::Text{line.substr(5)});
        return "ok";
    } else if (word == "raw") {
        std::vector<std::uint8_t> bytes;
        for (std::string byte; in >> byte;)
            bytes.push_back(static_cast<std::uint8_t>(std::stoul(byte, nullptr, 16)));
        return write_all(viewer_.get(), bytes) ? "ok" : "failed";
    } else if (word == "png") {
        in >> word;
        return canvas && probe::write_png(canvas->pixels, canvas->size.width(), canvas->size, word)
                   ? "ok"
                   : "failed";
    } else if (word == "size") {
        return canvas ? "ok " + std::to_string(canvas->size.width()) + " " +
                            std::to_string(canvas->size.height())
                      : "failed";
    }
    int a = 0, b = 0, c = 0;
    in >> a >> b >> c;
    const auto u16 = [](int value) { return static_cast<std::uint16_t>(value); };
    const auto i16 = [](int value) { return static_cast<std::int16_t>(value); };
    if (word == "key")
        up(wire::Key{u16(a), b != 0});
    else if (word == "move")
        up(wire::PointerMove{u16(a), u16(b)});
    else if (word == "button")
        return press(a == BTN_RIGHT ? wire::Button::kRight : wire::Button::kLeft, b != 0);
    else if (word == "wheel")
        up(wire::Wheel{i16(a), i16(b)});
    else if (word == "release")
        up(wire::ReleaseAll{});
    else if (word == "pixel")
        return canvas ? probe::pixel(canvas->pixels, canvas->size.width(), canvas->size,
                                     static_cast<unsigned>(a), static_cast<unsigned>(b))
                      : "failed";
    else if (word == "resize" && Size::make(a, b))
        up(wire::Resize{{*Size::make(a, b), u16(c)}});
    else if (word == "attach")
        return attach() ? "ok" : "failed";
    else if (word == "close")
        viewer_.reset();
    else if (word == "view_only") {
        ipc::SessionRules rules;
        rules.input.characters_per_minute = a != 0 ? 0 : 1200;
        control(ipc::HostSessionFrame::kPolicy, ipc::write_session_rules(rules));
    } else if (word == "stop")
        control(ipc::HostSessionFrame::kStop, ipc::write_reason(EndReason::kAdminEnded));
    else
        return "failed unknown";
    return "ok";
}

void Probe::read_commands() {
    std::array<char, 4096> bytes{};
    const ssize_t count = ::read(STDIN_FILENO, bytes.data(), bytes.size());
    quit_ = count <= 0;
    commands_.append(bytes.data(), static_cast<std::size_t>(count > 0 ? count : 0));
    for (std::size_t end; !quit_ && (end = commands_.find('\n')) != std::string::npos;) {
        const std::string line = commands_.substr(0, end);
        commands_.erase(0, end + 1);
        quit_ = line == "quit";
        if (!quit_)
            say(obey(line));
    }
}

void Probe::read_viewer() {
    std::array<std::uint8_t, 65536> bytes{};
    const ssize_t count = ::recv(viewer_.get(), bytes.data(), bytes.size(), 0);
    if (count <= 0) {
        viewer_.reset();
        return say("detached");
    }
    viewer_frames_->append(std::span(bytes).first(static_cast<std::size_t>(count)));
    while (const auto frame = viewer_frames_->next())
        on_frame(*frame);
    if (viewer_frames_->failure())
        say("failed: the session sent what is no frame");
}

void Probe::on_frame(const Frame& frame) {
    if (frame.type == static_cast<std::uint8_t>(wire::MessageType::kUpdate))
        return on_update(frame.payload);
    const auto message = wire::parse_down(frame);
    if (!message)
        return say("failed: malformed message down");
    std::ostringstream line;
    if (const auto* cursor = std::get_if<wire::CursorShape>(&*message))
        line << "cursor " << static_cast<int>(cursor->cursor);
    else if (const auto* field = std::get_if<wire::TextField>(&*message))
        line << "field " << field->active << ' ' << static_cast<int>(field->kind) << ' '
             << field->x << ' ' << field->y << ' ' << field->width << ' ' << field->height;
    say(line.str());
}

void Probe::on_update(std::span<const std::uint8_t> payload) {
    const auto header = canvas_.apply(payload);
    if (!header)
        return say("failed: update rejected: " + header.error().message);
    up(wire::Ack{header->sequence, 1000, 0});
    say("update " + std::to_string(header->sequence) + " " + std::to_string(payload.size()) + " " +
        (header->snapshot ? "1" : "0"));
}

void Probe::read_control() {
    std::array<std::uint8_t, 4096> bytes{};
    const ssize_t count = ::recv(control_.get(), bytes.data(), bytes.size(), 0);
    if (count <= 0) {
        control_.reset();
        return;
    }
    control_frames_.append(std::span(bytes).first(static_cast<std::size_t>(count)));
    while (const auto frame = control_frames_.next()) {
        const auto reason = ipc::read_reason(frame->payload);
        say(reason ? "ended " + std::string(name_of(*reason)) : "ready");
    }
}

int Probe::run() {
    say("READY");
    bool alive = true;
    while (!quit_) {
        std::array<pollfd, 4> asked{{{STDIN_FILENO, POLLIN, 0},
                                     {viewer_.get(), POLLIN, 0},
                                     {control_.get(), POLLIN, 0},
                                     {alive ? session_.pidfd.get() : -1, POLLIN, 0}}};
        if (::poll(asked.data(), asked.size(), -1) < 0)
            return 1;
        if (asked[1].revents)
            read_viewer();
        if (asked[2].revents)
            read_control();
        if (asked[3].revents) {
            alive = false;
            say("exit " + describe_wait_status(session_.wait()));
        }
        if (asked[0].revents)
            read_commands();
    }
    if (alive) {
        control_.reset();  // the launcher is gone: the session has to end by itself
        say("exit " + describe_wait_status(session_.wait()));
    }
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 6 || !Size::make(std::atoi(argv[2]), std::atoi(argv[3])))
        return 2;
    std::vector<std::uint32_t> memory(std::size_t{limits::kWidthMax} * limits::kHeightMax);
    auto canvas = decoder::CanvasDecoder::create(memory);
    if (!canvas)
        return 1;
    Probe probe(argv, std::move(*canvas));
    if (const auto started = probe.start(argv[1], argv[5]); !started) {
        std::cerr << started.error().message << '\n';
        return 1;
    }
    return probe.run();
}
