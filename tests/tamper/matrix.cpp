// SPDX-License-Identifier: Apache-2.0
// What somebody may do to the files: each must be found.
#include <cstdio>
#include <cstring>
#include <random>

#include "protocol/evidence/record_view.h"
#include "tests/tamper/world.h"

namespace sudare::tamper {
namespace {

// A checkpoint whose name was changed is one of an unknown key: not proven, which is found, too.
bool found(const Image& image, const World& world) {
    return verify::verdict_of(check(image, world.keys)) != verify::Verdict::kProven;
}

struct Count {
    const char* what;
    std::uint64_t cases = 0, missed = 0;

    void add(bool was_found, const std::string& which) {
        ++cases;
        if (!was_found) {
            ++missed;
            std::printf("MISSED: %s, %s\n", what, which.c_str());
        }
    }
    std::uint64_t done() const {
        std::printf("%s: %llu of %llu found\n", what,
                    static_cast<unsigned long long>(cases - missed),
                    static_cast<unsigned long long>(cases));
        std::fflush(stdout);
        return missed;
    }
};

// A record's length, number, chain and checksum made right again, as by somebody who knows the
// format.
void frame_again(std::vector<std::uint8_t>& out, std::vector<std::uint8_t> record,
                 std::uint64_t index, evidence::Hash& previous) {
    for (unsigned i = 0; i < 8; ++i)
        record[2 + i] = static_cast<std::uint8_t>(index >> (56 - 8 * i));
    std::memcpy(record.data() + 20, previous.data(), previous.size());
    previous = evidence::leaf_hash(record);
    const auto framed = audit::frame(record);
    out.insert(out.end(), framed.begin(), framed.end());
}

using Records = std::vector<std::vector<std::uint8_t>>;

Records records_of(const std::vector<std::uint8_t>& segment) {
    Records records;
    for (const FramePlace& at : frames_of(segment))
        records.emplace_back(segment.begin() + static_cast<long>(at.offset + 4),
                             segment.begin() + static_cast<long>(at.offset + at.size - 4));
    return records;
}

std::vector<std::uint8_t> rebuilt(const Records& records) {
    std::vector<std::uint8_t> out;
    evidence::Hash previous{};
    for (std::size_t i = 0; i < records.size(); ++i)
        frame_again(out, records[i], i, previous);
    return out;
}

class Editor {
public:
    explicit Editor(std::uint64_t seed) : random_(seed) {}

    // One to four edits, and in half of the cases everything computed anew afterwards. Empty: they
    // undid each other.
    std::string edit(Image& image) {
        const Image before = image;
        std::string what;
        Records records = records_of(image.segment);
        const bool anew = below(2) == 0;
        for (std::uint64_t left = 1 + below(4); left > 0; --left)
            what += edit_once(records) + " ";
        if (anew) {
            image.segment = rebuilt(records);
            what += "computed-anew ";
        } else {
            image.segment.clear();
            for (const auto& record : records) {
                const auto framed = audit::frame(record);
                image.segment.insert(image.segment.end(), framed.begin(), framed.end());
            }
        }
        if (below(4) == 0)
            what += edit_checkpoints(image);
        return image.segment == before.segment && image.checkpoint == before.checkpoint &&
                       image.history == before.history
                   ? ""
                   : what;
    }

private:
    std::uint64_t below(std::uint64_t limit) { return random_() % limit; }
    std::size_t any(const Records& records) { return below(records.size()); }

    std::string edit_once(Records& records) {
        if (records.size() < 3)
            return "none";
        const std::size_t at = any(records), other = any(records);
        const auto place = [&](std::size_t i) { return records.begin() + static_cast<long>(i); };
        switch (below(7)) {
            case 0: {
                auto& record = records[at];
                record[54 % record.size()] ^= static_cast<std::uint8_t>(1U << below(8));
                return "change";
            }
            case 1: {
                auto& record = records[at];
                record[below(record.size())] ^= static_cast<std::uint8_t>(1 + below(255));
                return "change-anywhere";
            }
            case 2:
                records.erase(place(at));
                return "remove";
            case 3:
                records.insert(place(at), records[other]);
                return "insert";
            case 4:
                std::swap(records[at], records[other]);
                return "exchange";
            case 5:
                records.resize(records.size() - 1 - below(records.size() / 2));
                return "cut";
            default:
                records[at] = records[other];
                return "copy";
        }
    }

    std::string edit_checkpoints(Image& image) {
        std::string& text = below(2) == 0 ? image.checkpoint : image.history;
        text[below(text.size())] ^= static_cast<char>(1U << below(7));
        return "checkpoint ";
    }

    std::mt19937_64 random_;
};

}  // namespace

std::uint64_t run_flips(const World& world, const Amount& amount) {
    Count count{"one byte flipped"};
    Image image = world.image;
    const auto flip = [&](auto& bytes, const char* file) {
        for (std::size_t i = 0; i < bytes.size(); i += amount.byte_step) {
            const auto before = bytes[i];
            bytes[i] =
                static_cast<std::remove_reference_t<decltype(bytes[i])>>(before ^ (1 << i % 8));
            count.add(found(image, world), std::string(file) + " byte " + std::to_string(i));
            bytes[i] = before;
        }
    };
    flip(image.segment, "records");
    flip(image.checkpoint, "checkpoint");
    flip(image.history, "checkpoints");
    return count.done();
}

std::uint64_t run_deletions(const World& world, const Amount& amount) {
    Count plain{"one record deleted"}, anew{"one record deleted, all behind it computed anew"};
    const Records records = records_of(world.image.segment);
    const auto places = frames_of(world.image.segment);
    for (std::size_t i = 0; i < records.size(); i += amount.record_step) {
        Image image = world.image;
        const auto begin = image.segment.begin() + static_cast<long>(places[i].offset);
        image.segment.erase(begin, begin + static_cast<long>(places[i].size));
        plain.add(found(image, world), "record " + std::to_string(i));
        Records fewer = records;
        fewer.erase(fewer.begin() + static_cast<long>(i));
        image.segment = rebuilt(fewer);
        anew.add(found(image, world), "record " + std::to_string(i));
    }
    return plain.done() + anew.done();
}

std::uint64_t run_compound(const World& world, const Amount& amount) {
    Count count{"compound edits"};
    Editor editor(amount.seed);
    // The control: computed anew without an edit it is the same log.
    if (rebuilt(records_of(world.image.segment)) != world.image.segment)
        give_up("computing anew changes a log");
    while (count.cases < amount.compound) {
        Image image = world.image;
        const std::string what = editor.edit(image);
        if (!what.empty())
            count.add(found(image, world), what + "#" + std::to_string(count.cases));
    }
    return count.done();
}

}  // namespace sudare::tamper
