// SPDX-License-Identifier: Apache-2.0
// What each command does. Those that wait answer later; the others at once.
#include <QCryptographicHash>

#include "client/core/key_map.h"
#include "client/probe/runner.h"

namespace sudare::probe {
namespace {

using client::Stage;

constexpr std::chrono::seconds kConnectLimit{30};  // login hashes and a browser's start included

Result<std::uint16_t> key_named(const QString& name) {
    const auto code = client::key_code_by_name(name.toStdString());
    if (!code)
        return fail(Errc::kBadInput, "no key is called \"" + name.toStdString() + "\"");
    return *code;
}

const QStringList kButtons{QStringLiteral("left"), QStringLiteral("middle"),
                           QStringLiteral("right"), QStringLiteral("back"),
                           QStringLiteral("forward")};

// Every channel within a few steps: for pixels of a VP9 region. 0: exact.
bool near(QRgb a, QRgb b, int tolerance) {
    return std::abs(qRed(a) - qRed(b)) <= tolerance && std::abs(qGreen(a) - qGreen(b)) <= tolerance &&
           std::abs(qBlue(a) - qBlue(b)) <= tolerance;
}

QString hex(QRgb colour) {
    return QStringLiteral("%1").arg(colour & 0xFFFFFFU, 6, 16, QLatin1Char('0'));
}

}  // namespace

struct Runner::Command {
    const char* name;
    const char* takes;
    Handler handler;
};

const Runner::Command Runner::kCommands[] = {
    {"help", "", &Runner::help},
    {"connect", "", &Runner::connect_server},
    {"login", "[USER PASSWORD [CODE]]", &Runner::login},
    {"open", "", &Runner::open},
    {"end", "", &Runner::end},
    {"abandon", "", &Runner::abandon},
    {"key", "NAME down|up|press", &Runner::key},
    {"combo", "NAME+NAME...", &Runner::combo},
    {"type", "TEXT (US key strokes)", &Runner::type},
    {"text", "TEXT (committed)", &Runner::text},
    {"move", "X Y", &Runner::move},
    {"button", "left|middle|right|back|forward down|up", &Runner::button},
    {"click", "X Y [BUTTON]", &Runner::click},
    {"wheel", "DX DY (120: one notch)", &Runner::wheel},
    {"release_all", "", &Runner::release_all},
    {"resize", "W H [SCALE120]", &Runner::resize},
    {"ask_exception", "RULE", &Runner::ask_exception},
    {"raw", "HEX", &Runner::raw},
    {"pause", "MS (lets the picture go on, for measurements)", &Runner::pause},
    {"wait_still", "QUIET_MS LIMIT_MS", &Runner::wait_still},
    {"wait_change", "LIMIT_MS [X Y W H]", &Runner::wait_change},
    {"wait_colour", "LIMIT_MS X Y RRGGBB [TOLERANCE]", &Runner::wait_colour},
    {"wait_state", "LIMIT_MS running|closed|ended", &Runner::wait_state},
    {"wait_size", "LIMIT_MS W H", &Runner::wait_size},
    {"wait_cursor", "LIMIT_MS NUMBER", &Runner::wait_cursor},
    {"wait_field", "LIMIT_MS active|none", &Runner::wait_field},
    {"wait_notice", "LIMIT_MS", &Runner::wait_notice},
    {"png", "FILE [X Y W H]", &Runner::png},
    {"hash", "[X Y W H]", &Runner::hash},
    {"pixel", "X Y", &Runner::pixel},
    {"stats", "", &Runner::stats},
    {"stats_reset", "", &Runner::stats_reset},
    {"measure", "KEY COUNT [X Y W H]", &Runner::measure},
};

void Runner::obey(const QString& line) {
    Words words(line);
    const QString name = *words.word("a command");
    if (name == QStringLiteral("quit")) {
        finishing_ = true;
        lines_.clear();
        return answer();
    }
    for (const Command& command : kCommands) {
        if (name != QLatin1String(command.name))
            continue;
        if (const auto done = (this->*command.handler)(words); !done)
            refuse(QStringLiteral("%1 %2: %3")
                       .arg(name, QString::fromLatin1(command.takes),
                            QString::fromStdString(done.error().message)));
        return;
    }
    refuse(QStringLiteral("no command is called \"%1\"; see help").arg(name));
}

Result<void> Runner::help(Words&) {
    QJsonObject list;
    for (const Command& command : kCommands)
        list[QLatin1String(command.name)] = QLatin1String(command.takes);
    answer({{"commands", list}});
    return {};
}

// --- connection --------------------------------------------------------------------------------
Result<void> Runner::connect_server(Words& words) {
    SUDARE_CHECK(words.finish());
    statistics_.forget_ends();
    client_.connect_to(options_.server, options_.identity);
    wait_for(QStringLiteral("a greeting"), kConnectLimit,
             [this] { return over() || client_.stage() == Stage::kLogin; },
             [this] { return ending_json(); });
    return {};
}

Result<void> Runner::login(Words& words) {
    QString user = options_.user, password = QString::fromUtf8(options_.password), code;
    if (!words.at_end()) {
        SUDARE_TRY(user, words.word("USER"));
        SUDARE_TRY(password, words.word("PASSWORD"));
        if (!words.at_end()) {
            SUDARE_TRY(code, words.word("CODE"));
        }
    }
    SUDARE_CHECK(words.finish());
    if (client_.stage() != Stage::kLogin)
        return fail(Errc::kState, "not connected, or logged in already");
    login_answer_.reset();
    client_.log_in(user, password, code);
    password.fill(QChar());
    wait_for(QStringLiteral("an answer"), kConnectLimit,
             [this] { return over() || login_answer_; },
             [this] {
                 QJsonObject answer = ending_json();
                 if (login_answer_) {
                     answer["verdict"] = static_cast<int>(login_answer_->verdict);
                     answer["retry_after_s"] = login_answer_->retry_after_s;
                 }
                 return answer;
             });
    return {};
}

Result<void> Runner::open(Words& words) {
    SUDARE_CHECK(words.finish());
    if (client_.stage() != Stage::kReady)
        return fail(Errc::kState, "not logged in, or a session is open");
    client_.open(options_.display, options_.keyboard, options_.locale);
    wait_for(QStringLiteral("a session"), kConnectLimit,
             [this] { return over() || client_.stage() == Stage::kRunning; },
             [this] { return ending_json(); });
    return {};
}

Result<void> Runner::end(Words& words) {
    SUDARE_CHECK(words.finish());
    client_.request_end();
    wait_for(QStringLiteral("the end"), kConnectLimit, [this] { return over(); },
             [this] { return ending_json(); });
    return {};
}

Result<void> Runner::abandon(Words& words) {
    SUDARE_CHECK(words.finish());
    client_.abandon();
    answer();
    return {};
}

// --- input ---------------------------------------------------------------------------------------
Result<void> Runner::key(Words& words) {
    SUDARE_CHECK(need_running());
    SUDARE_TRY(const QString name, words.word("NAME"));
    SUDARE_TRY(const std::uint16_t code, key_named(name));
    SUDARE_TRY(const int how, words.choice("the action", {QStringLiteral("down"),
                                                          QStringLiteral("up"),
                                                          QStringLiteral("press")}));
    SUDARE_CHECK(words.finish());
    if (how != 1)
        client_.input().key(code, true);
    if (how != 0)
        client_.input().key(code, false);
    answer();
    return {};
}

Result<void> Runner::combo(Words& words) {
    SUDARE_CHECK(need_running());
    SUDARE_TRY(const QString names, words.word("NAME+NAME"));
    SUDARE_CHECK(words.finish());
    std::vector<std::uint16_t> codes;
    for (const QString& name : names.split(u'+')) {
        SUDARE_TRY(const std::uint16_t code, key_named(name));
        codes.push_back(code);
    }
    for (const std::uint16_t code : codes)
        client_.input().key(code, true);
    for (auto code = codes.rbegin(); code != codes.rend(); ++code)
        client_.input().key(*code, false);
    answer();
    return {};
}

Result<void> Runner::type(Words& words) {
    SUDARE_CHECK(need_running());
    const QString line = words.rest();
    for (const QChar character : line) {
        const auto stroke = client::us_key_stroke(character.toLatin1());
        if (!stroke)
            return fail(Errc::kBadInput, "no key of a US keyboard makes \"" +
                                             QString(character).toStdString() + "\"; use text");
        if (stroke->shift)
            client_.input().key(client::kLeftShift, true);
        client_.input().key(stroke->code, true);
        client_.input().key(stroke->code, false);
        if (stroke->shift)
            client_.input().key(client::kLeftShift, false);
    }
    answer();
    return {};
}

Result<void> Runner::text(Words& words) {
    SUDARE_CHECK(need_running());
    answer({{"left_out", client_.input().text(words.rest())}});
    return {};
}

Result<void> Runner::point(Words& words) {
    SUDARE_CHECK(need_running());
    SUDARE_TRY(const int x, words.number("X", 0, 65535));
    SUDARE_TRY(const int y, words.number("Y", 0, 65535));
    client_.input().move({static_cast<std::uint16_t>(x), static_cast<std::uint16_t>(y)});
    return {};
}

Result<void> Runner::move(Words& words) {
    SUDARE_CHECK(point(words));
    SUDARE_CHECK(words.finish());
    answer();
    return {};
}

Result<void> Runner::button(Words& words) {
    SUDARE_CHECK(need_running());
    SUDARE_TRY(const int which, words.choice("the button", kButtons));
    SUDARE_TRY(const int up, words.choice("the action", {QStringLiteral("down"),
                                                         QStringLiteral("up")}));
    SUDARE_CHECK(words.finish());
    client_.input().button(static_cast<wire::Button>(which), up == 0);
    answer();
    return {};
}

Result<void> Runner::click(Words& words) {
    SUDARE_CHECK(point(words));
    int which = 0;
    if (!words.at_end()) {
        SUDARE_TRY(which, words.choice("the button", kButtons));
    }
    SUDARE_CHECK(words.finish());
    client_.input().button(static_cast<wire::Button>(which), true);
    client_.input().button(static_cast<wire::Button>(which), false);
    answer();
    return {};
}

Result<void> Runner::wheel(Words& words) {
    SUDARE_CHECK(need_running());
    const int most = limits::kWheelStepMax;
    SUDARE_TRY(const int dx, words.number("DX", -most, most));
    SUDARE_TRY(const int dy, words.number("DY", -most, most));
    SUDARE_CHECK(words.finish());
    client_.input().wheel({static_cast<std::int16_t>(dx), static_cast<std::int16_t>(dy)});
    answer();
    return {};
}

Result<void> Runner::release_all(Words& words) {
    SUDARE_CHECK(need_running());
    SUDARE_CHECK(words.finish());
    client_.input().release_all();
    answer();
    return {};
}

Result<void> Runner::resize(Words& words) {
    SUDARE_CHECK(need_running());
    SUDARE_TRY(const int width, words.number("W", limits::kWidthMin, limits::kWidthMax));
    SUDARE_TRY(const int height, words.number("H", limits::kHeightMin, limits::kHeightMax));
    int scale = options_.display.scale_120;
    if (!words.at_end()) {
        SUDARE_TRY(scale, words.number("SCALE120", limits::kScaleMin, limits::kScaleMax));
    }
    SUDARE_CHECK(words.finish());
    options_.display = {*Size::make(static_cast<std::uint32_t>(width),
                                    static_cast<std::uint32_t>(height)),
                        static_cast<std::uint16_t>(scale)};
    client_.input().resize(options_.display);
    answer();
    return {};
}

Result<void> Runner::ask_exception(Words& words) {
    SUDARE_TRY(const int rule, words.number("RULE", 0, 1'000'000));
    SUDARE_CHECK(words.finish());
    client_.ask_exception(static_cast<quint32>(rule));
    answer();
    return {};
}

// Bytes that no viewer would send, for tests of the server.
Result<void> Runner::raw(Words& words) {
    SUDARE_TRY(const QString digits, words.word("HEX"));
    SUDARE_CHECK(words.finish());
    if (client_.connection() == nullptr)
        return fail(Errc::kState, "not connected");
    client_.connection()->send_raw(QByteArray::fromHex(digits.toLatin1()));
    answer();
    return {};
}

// --- waiting ---------------------------------------------------------------------------------------
Result<void> Runner::pause(Words& words) {
    SUDARE_TRY(const auto time, limit(words));
    SUDARE_CHECK(words.finish());
    QTimer::singleShot(time, this, [this] { answer(); });
    return {};
}

Result<void> Runner::wait_still(Words& words) {
    SUDARE_TRY(const auto quiet, limit(words));
    SUDARE_TRY(const auto most, limit(words));
    SUDARE_CHECK(words.finish());
    // Nothing happens when nothing changes, so a timer looks, as often as the answer could differ.
    auto* timer = new QTimer(this);
    connect(timer, &QTimer::timeout, &wait_, &Wait::look);
    timer->start(std::clamp(quiet / 4, std::chrono::milliseconds(5), std::chrono::milliseconds(50)));
    wait_.begin(
        [this, quiet] {
            return !client_.picture().isNull() && since_command_.elapsed() >= quiet.count() &&
                   since_present_.elapsed() >= quiet.count();
        },
        most,
        [this, timer](bool held) {
            timer->deleteLater();
            held ? answer() : refuse(QStringLiteral("the picture is never still"));
        });
    return {};
}

Result<void> Runner::wait_change(Words& words) {
    SUDARE_TRY(const auto most, limit(words));
    SUDARE_TRY(const QRect rect, picture_rect(words));
    wait_for(QStringLiteral("a change"), most, [this, rect] {
        return std::any_of(changed_.begin(), changed_.end(),
                           [&](const QRect& one) { return one.intersects(rect); });
    });
    return {};
}

Result<void> Runner::wait_colour(Words& words) {
    SUDARE_TRY(const auto most, limit(words));
    SUDARE_TRY(const int x, words.number("X", 0, 65535));
    SUDARE_TRY(const int y, words.number("Y", 0, 65535));
    SUDARE_TRY(const QString text, words.word("RRGGBB"));
    int tolerance = 0;
    if (!words.at_end()) {
        SUDARE_TRY(tolerance, words.number("TOLERANCE", 0, 255));
    }
    bool is_colour = false;
    const QRgb wanted = text.toUInt(&is_colour, 16);
    if (!is_colour || text.size() != 6)
        return fail(Errc::kBadInput, "RRGGBB must be six hexadecimal digits");
    wait_for(QStringLiteral("the colour"), most, [this, x, y, wanted, tolerance] {
        const QImage& picture = client_.picture();
        return picture.valid(x, y) && near(picture.pixel(x, y), wanted, tolerance);
    });
    return {};
}

Result<void> Runner::wait_state(Words& words) {
    SUDARE_TRY(const auto most, limit(words));
    SUDARE_TRY(const int state, words.choice("the state", {QStringLiteral("running"),
                                                           QStringLiteral("closed"),
                                                           QStringLiteral("ended")}));
    SUDARE_CHECK(words.finish());
    wait_for(QStringLiteral("the state"), most,
             [this, state] {
                 return state == 0   ? client_.stage() == Stage::kRunning
                        : state == 1 ? statistics_.closed().has_value()
                                     : over();
             },
             [this] { return ending_json(); });
    return {};
}

Result<void> Runner::wait_size(Words& words) {
    SUDARE_TRY(const auto most, limit(words));
    SUDARE_TRY(const int width, words.number("W", 1, 65535));
    SUDARE_TRY(const int height, words.number("H", 1, 65535));
    SUDARE_CHECK(words.finish());
    wait_for(QStringLiteral("the size"), most, [this, width, height] {
        return client_.picture().size() == QSize(width, height);
    });
    return {};
}

Result<void> Runner::wait_cursor(Words& words) {
    SUDARE_TRY(const auto most, limit(words));
    SUDARE_TRY(const int number, words.number("NUMBER", 0, 34));
    SUDARE_CHECK(words.finish());
    wait_for(QStringLiteral("the cursor"), most, [this, number] {
        return statistics_.cursor() == static_cast<wire::Cursor>(number);
    });
    return {};
}

Result<void> Runner::wait_field(Words& words) {
    SUDARE_TRY(const auto most, limit(words));
    SUDARE_TRY(const int none, words.choice("the state", {QStringLiteral("active"),
                                                          QStringLiteral("none")}));
    SUDARE_CHECK(words.finish());
    wait_for(QStringLiteral("the text field"), most,
             [this, none] { return client_.text_field().active == (none == 0); });
    return {};
}

Result<void> Runner::wait_notice(Words& words) {
    SUDARE_TRY(const auto most, limit(words));
    SUDARE_CHECK(words.finish());
    wait_for(QStringLiteral("a notice"), most, [this] { return statistics_.notices() > 0; },
             [this] { return QJsonObject{{"notices", statistics_.json()["notices"]}}; });
    return {};
}

// --- picture -----------------------------------------------------------------------------------------
Result<void> Runner::png(Words& words) {
    SUDARE_TRY(const QString file, words.word("FILE"));
    SUDARE_TRY(const QRect rect, picture_rect(words));
    if (!client_.picture().copy(rect).save(file, "PNG"))
        return fail(Errc::kSystem, "cannot write \"" + file.toStdString() + "\"");
    answer();
    return {};
}

// SHA-256 over the pixels as 32-bit words of this machine's byte order, row by row.
Result<void> Runner::hash(Words& words) {
    SUDARE_TRY(const QRect rect, picture_rect(words));
    QCryptographicHash hash(QCryptographicHash::Sha256);
    for (int y = rect.top(); y <= rect.bottom(); ++y)
        hash.addData(QByteArrayView(client_.picture().constScanLine(y) + 4 * rect.left(),
                                    4 * rect.width()));
    answer({{"hash", QString::fromLatin1(hash.result().toHex())}});
    return {};
}

Result<void> Runner::pixel(Words& words) {
    SUDARE_TRY(const int x, words.number("X", 0, 65535));
    SUDARE_TRY(const int y, words.number("Y", 0, 65535));
    SUDARE_CHECK(words.finish());
    if (!client_.picture().valid(x, y))
        return fail(Errc::kBadInput, "the point is not inside the picture");
    answer({{"colour", hex(client_.picture().pixel(x, y))}});
    return {};
}

Result<void> Runner::stats(Words& words) {
    SUDARE_CHECK(words.finish());
    answer({{"stats", statistics_.json()}});
    return {};
}

Result<void> Runner::stats_reset(Words& words) {
    SUDARE_CHECK(words.finish());
    statistics_.reset();
    answer();
    return {};
}

Result<void> Runner::measure(Words& words) {
    SUDARE_CHECK(need_running());
    SUDARE_TRY(const QString name, words.word("KEY"));
    SUDARE_TRY(const std::uint16_t code, key_named(name));
    SUDARE_TRY(const int count, words.number("COUNT", 1, 10'000));
    SUDARE_TRY(const QRect rect, picture_rect(words));
    latency_.begin(code, count, rect, [this](const QJsonArray& times) {
        answer({{"microseconds", times}});
    });
    return {};
}

}  // namespace sudare::probe
