// SPDX-License-Identifier: Apache-2.0
#include "client/probe/conditions.h"

#include <cstdlib>
#include <cstring>

#include "client/probe/names.h"

namespace sudare::probe {
namespace {

using client::Stage;

QString latin1(std::string_view text) {
    return QString::fromLatin1(text.data(), static_cast<qsizetype>(text.size()));
}

Answer refused_login(const wire::LoginResult& result) {
    return failure(QStringLiteral("the login was refused"),
                   {{"verdict", latin1(name_of(result.verdict))},
                    {"retry_after_s", result.retry_after_s}});
}

// The steps of the way in; each is taken once.
class Entry {
   public:
    Entry(Watch& watch, const Options& options, QString password, Until goal)
        : watch_(watch), options_(options), password_(std::move(password)), goal_(goal) {}
    ~Entry() { password_.fill(u'\0'); }
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;

    std::optional<Answer> judge() {
        client::SessionClient& session = watch_.session();
        switch (session.stage()) {
            case Stage::kLogin:
                return at_login(session);
            case Stage::kReady:
                return at_ready(session);
            case Stage::kRunning:
                return watch_.presents_of_session() > 0 ? std::optional(success(watch_.json()))
                                                        : std::nullopt;
            default:
                return std::nullopt;
        }
    }

   private:
    std::optional<Answer> at_login(client::SessionClient& session) {
        if (goal_ == Until::kLogin)
            return success({{"second_factor", session.second_factor()}});
        if (!logged_in_) {
            logged_in_ = true;
            watch_.forget_login();
            session.log_in(options_.user, password_, options_.one_time_code);
            return std::nullopt;
        }
        return watch_.login() ? std::optional(refused_login(*watch_.login())) : std::nullopt;
    }

    std::optional<Answer> at_ready(client::SessionClient& session) {
        if (goal_ == Until::kReady)
            return success();
        if (watch_.closed())
            return failure(QStringLiteral("the session was closed"),
                           {{"reason", latin1(sudare::name_of(*watch_.closed()))}});
        if (!opened_) {
            opened_ = true;
            session.open(options_.display, options_.keyboard, options_.locale);
        }
        return std::nullopt;
    }

    Watch& watch_;
    const Options& options_;
    QString password_;
    Until goal_;
    bool logged_in_ = false;
    bool opened_ = false;
};

bool near(QRgb pixel, std::uint32_t rgb, int tolerance) {
    const auto far = [tolerance](int a, int b) { return std::abs(a - b) > tolerance; };
    const QRgb wanted = rgb;
    return !far(qRed(pixel), qRed(wanted)) && !far(qGreen(pixel), qGreen(wanted)) &&
           !far(qBlue(pixel), qBlue(wanted));
}

}  // namespace

QString colour_text(QRgb pixel) {
    return QStringLiteral("%1").arg(pixel & 0xffffffU, 6, 16, QLatin1Char('0'));
}

bool same_pixels(const QImage& a, const QImage& b, const std::optional<QRect>& area) {
    if (a.size() != b.size() || a.isNull())
        return a.isNull() && b.isNull();
    const QRect part = area ? area->intersected(a.rect()) : a.rect();
    for (int y = part.top(); y <= part.bottom(); ++y) {
        const auto* left = reinterpret_cast<const QRgb*>(a.constScanLine(y)) + part.left();
        const auto* right = reinterpret_cast<const QRgb*>(b.constScanLine(y)) + part.left();
        if (std::memcmp(left, right, static_cast<std::size_t>(part.width()) * sizeof(QRgb)) != 0)
            return false;
    }
    return true;
}

Waiting::Judge enter(Watch& watch, const Options& options, QString password, Until goal) {
    // std::function copies what it holds; the steps taken must be one state.
    const auto entry = std::make_shared<Entry>(watch, options, std::move(password), goal);
    return [entry](Watch::Event) { return entry->judge(); };
}

Waiting::Judge still(Watch& watch, Waiting& waiting, std::chrono::milliseconds quiet) {
    const auto begun = Watch::Clock::now();
    return [&watch, &waiting, quiet, begun](Watch::Event) -> std::optional<Answer> {
        const auto end = std::max(begun, watch.last_present()) + quiet;
        const auto now = Watch::Clock::now();
        if (now >= end)
            return success();
        waiting.look_again_after(std::chrono::ceil<std::chrono::microseconds>(end - now));
        return std::nullopt;
    };
}

Waiting::Judge change(Watch& watch, std::optional<QRect> area) {
    return [&watch, area](Watch::Event) -> std::optional<Answer> {
        if (same_pixels(watch.marked(), watch.picture(), area))
            return std::nullopt;
        watch.mark();
        return success();
    };
}

Waiting::Judge colour(Watch& watch, const WaitColour& wanted) {
    return [&watch, wanted](Watch::Event) -> std::optional<Answer> {
        const QImage& picture = watch.picture();
        if (!picture.valid(wanted.at) ||
            !near(picture.pixel(wanted.at), wanted.rgb, wanted.tolerance))
            return std::nullopt;
        return success({{"colour", colour_text(picture.pixel(wanted.at))}});
    };
}

Waiting::Judge ended(Watch& watch) {
    return [&watch](Watch::Event) -> std::optional<Answer> {
        return watch.ending() ? std::optional(success(watch.ending_json())) : std::nullopt;
    };
}

Waiting::Judge state(Watch& watch, Until until) {
    if (until == Until::kEnded)
        return ended(watch);
    return [&watch, until](Watch::Event) -> std::optional<Answer> {
        const Stage stage = watch.session().stage();
        const bool there = (until == Until::kLogin && stage == Stage::kLogin) ||
                           (until == Until::kReady && stage == Stage::kReady) ||
                           (until == Until::kRunning && stage == Stage::kRunning) ||
                           (until == Until::kReconnecting && stage == Stage::kReconnecting);
        if (there)
            return success();
        // The session may end with its connection or alone.
        if (until == Until::kClosed && watch.closed())
            return success({{"reason", latin1(sudare::name_of(*watch.closed()))}});
        if (until == Until::kClosed && watch.ending())
            return success(watch.ending_json());
        return std::nullopt;
    };
}

Waiting::Judge size(Watch& watch, QSize wanted) {
    return [&watch, wanted](Watch::Event) -> std::optional<Answer> {
        return watch.picture().size() == wanted ? std::optional(success()) : std::nullopt;
    };
}

Waiting::Judge cursor(Watch& watch, wire::Cursor wanted) {
    return [&watch, wanted](Watch::Event) -> std::optional<Answer> {
        return watch.cursor() == wanted ? std::optional(success()) : std::nullopt;
    };
}

Waiting::Judge text_field(Watch& watch, const WaitTextField& wanted) {
    return [&watch, wanted](Watch::Event) -> std::optional<Answer> {
        const wire::TextField& field = watch.session().text_field();
        if (field.active != wanted.active || (wanted.kind && field.kind != *wanted.kind))
            return std::nullopt;
        return success({{"kind", latin1(name_of(field.kind))}, {"x", field.x}, {"y", field.y},
                        {"width", field.width}, {"height", field.height}});
    };
}

Waiting::Judge notice(Watch& watch, wire::NoticeCode code) {
    return [&watch, code](Watch::Event) -> std::optional<Answer> {
        const auto told = watch.take_notice(code);
        if (!told)
            return std::nullopt;
        return success({{"a", static_cast<qint64>(told->a)}, {"b", static_cast<qint64>(told->b)}});
    };
}

}  // namespace sudare::probe
