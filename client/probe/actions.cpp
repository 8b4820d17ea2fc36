// SPDX-License-Identifier: Apache-2.0
// The commands of Runner that send input or look at the picture.
#include <QJsonArray>
#include <memory>

#include "client/probe/conditions.h"
#include "client/probe/measurement.h"
#include "client/core/picture_hash.h"
#include "client/probe/runner.h"

namespace sudare::probe {

bool Runner::ready_for_input() {
    if (session_.stage() == client::Stage::kRunning) {
        watch_.mark();
        return true;
    }
    QJsonObject fields = watch_.ending_json();
    reply(failure(QStringLiteral("no session is running"), std::move(fields)));
    return false;
}

template <typename Input>
void Runner::perform(const Input& input) {
    if (!ready_for_input())
        return;
    send(input);
    // Sending may have ended the connection: the server had stopped reading.
    if (session_.stage() == client::Stage::kRunning)
        reply(success());
    else
        reply(failure(QStringLiteral("the connection ended"), watch_.ending_json()));
}

template void Runner::perform(const KeyInput&);
template void Runner::perform(const Combo&);
template void Runner::perform(const Move&);
template void Runner::perform(const ButtonInput&);
template void Runner::perform(const Click&);
template void Runner::perform(const WheelInput&);
template void Runner::perform(const ReleaseAll&);
template void Runner::perform(const ResizeTo&);

void Runner::send(const KeyInput& input) {
    if (input.edge != Edge::kUp)
        session_.input().key(input.code, true);
    if (input.edge != Edge::kDown)
        session_.input().key(input.code, false);
}

void Runner::send(const Combo& combo) { press_together(session_.input(), combo.codes); }

void Runner::send(const Move& move) { session_.input().move(move.to); }

void Runner::send(const ButtonInput& input) {
    if (input.edge != Edge::kUp)
        session_.input().button(input.button, true);
    if (input.edge != Edge::kDown)
        session_.input().button(input.button, false);
}

void Runner::send(const Click& click) {
    session_.input().move(click.at);
    send(ButtonInput{click.button, Edge::kPress});
}

void Runner::send(const WheelInput& wheel) { session_.input().wheel(wheel.step); }

void Runner::send(const ReleaseAll&) { session_.input().release_all(); }

void Runner::send(const ResizeTo& resize) {
    options_.display.size = resize.display.size;
    if (resize.scale_given)
        options_.display.scale_120 = resize.display.scale_120;
    session_.input().resize(options_.display);
}

void Runner::perform(const CommitText& commit) {
    if (!ready_for_input())
        return;
    const int left_out = session_.input().text(commit.text);
    reply(success({{"left_out", left_out}}));
}

void Runner::perform(const Type& type) {
    if (ready_for_input())
        wait(QStringLiteral("the keys to be typed"), std::chrono::minutes(10),
             Waiting::Needs::kConnection,
             type_all(session_.input(), pace_, waiting_, type.strokes));
}

void Runner::perform(const Measure& measure) {
    if (!ready_for_input())
        return;
    const auto measurement = std::make_shared<Measurement>(watch_, waiting_, measure);
    wait(QStringLiteral("the measurement"),
         (Measurement::kLongest + Measurement::kQuiet) * (measure.times + 1),
         Waiting::Needs::kConnection,
         [measurement](Watch::Event event) { return measurement->judge(event); });
}

void Runner::perform(const AskException& ask) {
    if (!ready_for_input())
        return;
    session_.ask_exception(ask.rule);
    reply(success());
}

void Runner::perform(const Raw& raw) {
    if (session_.connection() == nullptr)
        return reply(failure(QStringLiteral("not connected")));
    session_.connection()->send_raw(raw.bytes);
    reply(success({{"bytes", raw.bytes.size()}}));
}

std::optional<QImage> Runner::part(const std::optional<QRect>& area) {
    const QImage& picture = watch_.picture();
    if (picture.isNull()) {
        reply(failure(QStringLiteral("there is no picture yet")));
        return std::nullopt;
    }
    if (area && !picture.rect().contains(*area)) {
        reply(failure(QStringLiteral("the rectangle leaves the picture of %1x%2")
                          .arg(picture.width())
                          .arg(picture.height())));
        return std::nullopt;
    }
    return area ? picture.copy(*area) : picture;
}

void Runner::perform(const SavePng& png) {
    const auto image = part(png.area);
    if (!image)
        return;
    if (!image->save(png.path, "PNG"))
        return reply(failure(QStringLiteral("cannot write \"%1\"").arg(png.path)));
    reply(success({{"file", png.path}, {"size", QJsonArray{image->width(), image->height()}}}));
}

void Runner::perform(const Hash& hash) {
    const auto image = part(hash.area);
    if (!image)
        return;
    reply(success({{"sha256", QString::fromLatin1(client::picture_hash(*image))},
                   {"size", QJsonArray{image->width(), image->height()}}}));
}

void Runner::perform(const HashEvery& every) {
    watch_.hash_every(every.updates);
    reply(success());
}

void Runner::perform(const Pixel& pixel) {
    if (const auto image = part(QRect(pixel.at, QSize(1, 1))))
        reply(success({{"colour", colour_text(image->pixel(0, 0))}}));
}

void Runner::perform(const Mark&) {
    watch_.mark();
    reply(success());
}

void Runner::perform(const Stats&) { reply(success(watch_.json())); }

void Runner::perform(const StatsReset&) {
    watch_.reset_statistics();
    reply(success());
}

}  // namespace sudare::probe
