// SPDX-License-Identifier: Apache-2.0
#include "server/session/picture/scroll_finder.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <functional>
#include <optional>
#include <utility>

namespace sudare::picture {
namespace {

constexpr std::uint32_t kStripe = 64;     // columns that are hashed together
constexpr std::uint32_t kHeightMin = 48;  // less than this is sent faster than searched
constexpr std::size_t kMovesMax = 4;      // operations; more columns are sent as pixels
constexpr int kVotesMin = 16;             // stripe-rows that must agree on a vector
constexpr int kVotesPer = 8;              // ... and one of this many changed ones

// A filter only: what it finds is compared pixel by pixel afterwards. Multiply and rotate over
// four lanes keeps up with memory, and needs no library.
std::uint64_t hash_row(const std::uint32_t* pixels, std::uint32_t count) {
    constexpr std::uint64_t kOdd = 0x9E3779B97F4A7C15U;
    std::uint64_t lanes[4] = {1, 2, 3, 4};
    std::uint32_t x = 0;
    for (; x + 8 <= count; x += 8)
        for (std::uint32_t lane = 0; lane < 4; ++lane) {
            std::uint64_t word = 0;
            std::memcpy(&word, pixels + x + 2 * lane, sizeof word);
            lanes[lane] = (lanes[lane] ^ word) * kOdd;
            lanes[lane] ^= lanes[lane] >> 29;
        }
    for (; x < count; ++x)
        lanes[0] = (lanes[0] ^ pixels[x]) * kOdd;
    return ((lanes[0] * kOdd ^ lanes[1]) * kOdd ^ lanes[2]) * kOdd ^ lanes[3];
}

struct Interval {
    std::uint32_t top = 0, bottom = 0;  // rows of the area
    int gain = 0;                       // rows that need not be sent any more
};

// The interval of rows with the largest sum (Kadane's algorithm).
Interval best_interval(const std::vector<int>& scores) {
    Interval best, current;
    for (std::uint32_t row = 0; row < scores.size(); ++row) {
        if (current.gain <= 0)
            current = {row, row, 0};
        current.gain += scores[row];
        current.bottom = row + 1;
        if (current.gain > best.gain)
            best = current;
    }
    return best;
}

// Where each hash stands among the old rows of a stripe: a flat table, half full at most.
class Places {
public:
    explicit Places(std::uint32_t rows) : slots_(std::bit_ceil(std::size_t{2} * rows)) {}

    void clear() { std::fill(slots_.begin(), slots_.end(), Slot{}); }
    void insert(std::uint64_t hash, std::uint32_t row) {
        Slot& slot = find(hash);
        slot = {hash, row, slot.count + 1};
    }
    // The row, when the hash occurs once: blank lines say nothing about a distance.
    std::optional<std::uint32_t> only(std::uint64_t hash) {
        const Slot& slot = find(hash);
        return slot.count == 1 ? std::optional(slot.row) : std::nullopt;
    }

private:
    struct Slot {
        std::uint64_t hash = 0;
        std::uint32_t row = 0;
        std::uint32_t count = 0;
    };
    Slot& find(std::uint64_t hash) {
        std::size_t at = hash & (slots_.size() - 1);
        while (slots_[at].count != 0 && slots_[at].hash != hash)
            at = (at + 1) & (slots_.size() - 1);
        return slots_[at];
    }
    std::vector<Slot> slots_;
};

class Finder {
public:
    Finder(const FramebufferView& frame, const Shadow& shadow, const Rect& area)
        : frame_(frame),
          shadow_(shadow),
          area_(area),
          stripes_((area.width() + kStripe - 1) / kStripe),
          rows_(area.height()) {}

    std::vector<wire::ScrollOp> run() {
        hash_all();
        const auto vector = vote();
        if (!vector)
            return {};
        dy_ = *vector;
        return moves();
    }

private:
    [[nodiscard]] std::uint32_t left(std::uint32_t stripe) const {
        return area_.x() + stripe * kStripe;
    }
    [[nodiscard]] std::uint32_t right(std::uint32_t stripe) const {
        return std::min(left(stripe) + kStripe, area_.right());
    }
    [[nodiscard]] std::size_t at(std::uint32_t stripe, std::uint32_t row) const {
        return std::size_t{stripe} * rows_ + row;
    }

    void hash_all() {
        now_.resize(std::size_t{stripes_} * rows_);
        then_.resize(now_.size());
        for (std::uint32_t row = 0; row < rows_; ++row)
            for (std::uint32_t stripe = 0; stripe < stripes_; ++stripe) {
                const std::uint32_t x = left(stripe);
                const std::uint32_t count = right(stripe) - x;
                now_[at(stripe, row)] = hash_row(frame_.at(x, area_.y() + row), count);
                then_[at(stripe, row)] = hash_row(shadow_.at(x, area_.y() + row), count);
            }
    }

    // Every changed row that occurs exactly once among the old ones votes for its distance.
    std::optional<int> vote() {
        std::vector<int> votes(2 * rows_ + 1);
        int changed = 0;
        for (std::uint32_t stripe = 0; stripe < stripes_; ++stripe) {
            const int before = changed;
            for (std::uint32_t row = 0; row < rows_; ++row)
                changed += now_[at(stripe, row)] != then_[at(stripe, row)] ? 1 : 0;
            if (changed - before >= kVotesMin)
                vote_in(stripe, votes);
        }
        const auto most = std::max_element(votes.begin(), votes.end());
        if (*most < std::max(kVotesMin, changed / kVotesPer))
            return std::nullopt;
        return static_cast<int>(most - votes.begin()) - static_cast<int>(rows_);
    }

    void vote_in(std::uint32_t stripe, std::vector<int>& votes) {
        places_.clear();
        for (std::uint32_t row = 0; row < rows_; ++row)
            places_.insert(then_[at(stripe, row)], row);
        for (std::uint32_t row = 0; row < rows_; ++row) {
            if (now_[at(stripe, row)] == then_[at(stripe, row)])
                continue;
            if (const auto place = places_.only(now_[at(stripe, row)]))
                ++votes[rows_ + row - *place];
        }
    }

    // What the copy does to this row of the stripe: +1 it is right afterwards and was not before,
    // -1 the reverse, 0 no difference.
    [[nodiscard]] int score(std::uint32_t stripe, std::uint32_t row) const {
        const std::int64_t source = std::int64_t{row} - dy_;
        if (source < 0 || source >= rows_)
            return -1;
        const std::uint64_t now = now_[at(stripe, row)];
        const bool right_before = now == then_[at(stripe, row)];
        const bool right_after = now == then_[at(stripe, static_cast<std::uint32_t>(source))];
        return static_cast<int>(right_after) - static_cast<int>(right_before);
    }

    [[nodiscard]] std::vector<int> scores(std::uint32_t stripe) const {
        std::vector<int> result(rows_);
        for (std::uint32_t row = 0; row < rows_; ++row)
            result[row] = score(stripe, row);
        return result;
    }

    // Starts at the stripe that gains most and takes in neighbours on both sides as long as they
    // gain by the same rows (or are blank); then again with what is left.
    std::vector<wire::ScrollOp> moves() {
        std::vector<std::vector<int>> all;
        for (std::uint32_t stripe = 0; stripe < stripes_; ++stripe)
            all.push_back(scores(stripe));
        std::vector<wire::ScrollOp> result;
        std::vector<std::uint8_t> taken(stripes_);
        while (result.size() < kMovesMax) {
            const auto seed = best_stripe(all, taken);
            if (!seed)
                break;
            if (const auto to = grow(all, taken, *seed, result))
                result.push_back({*to, 0, static_cast<std::int16_t>(dy_)});
        }
        return result;
    }

    static std::optional<std::uint32_t> best_stripe(const std::vector<std::vector<int>>& all,
                                                    const std::vector<std::uint8_t>& taken) {
        std::optional<std::uint32_t> best;
        int most = kVotesMin - 1;
        for (std::uint32_t stripe = 0; stripe < all.size(); ++stripe) {
            const int gain = taken[stripe] != 0 ? 0 : best_interval(all[stripe]).gain;
            if (gain > most) {
                most = gain;
                best = stripe;
            }
        }
        return best;
    }

    std::optional<Rect> grow(const std::vector<std::vector<int>>& all,
                             std::vector<std::uint8_t>& taken, std::uint32_t seed,
                             const std::vector<wire::ScrollOp>& others) const {
        std::vector<int> sums = all[seed];
        Interval joint = best_interval(sums);
        taken[seed] = 1;
        const auto join = [&](std::uint32_t stripe) {
            if (taken[stripe] != 0)
                return false;
            std::vector<int> wider(rows_);
            std::transform(sums.begin(), sums.end(), all[stripe].begin(), wider.begin(),
                           std::plus<>());
            const Interval both = best_interval(wider);
            const int alone = best_interval(all[stripe]).gain;
            if (both.gain < joint.gain || (both.gain - joint.gain) * 10 < alone * 7)
                return false;
            sums = std::move(wider);
            joint = both;
            taken[stripe] = 1;
            return true;
        };
        std::uint32_t first = seed, last = seed + 1;
        while (first > 0 && join(first - 1))
            --first;
        while (last < stripes_ && join(last))
            ++last;
        return widen(joint, left(first), right(last - 1), others);
    }

    // Pixels of column x between top and bottom for which the copy is right minus those for
    // which leaving them alone is.
    [[nodiscard]] int column_score(std::uint32_t x, std::uint32_t top, std::uint32_t bottom) const {
        int sum = 0;
        for (std::uint32_t y = top; y < bottom; ++y) {
            const std::uint32_t now = *frame_.at(x, y);
            const auto source = static_cast<std::uint32_t>(static_cast<int>(y) - dy_);
            sum += static_cast<int>(now == *shadow_.at(x, source)) -
                   static_cast<int>(now == *shadow_.at(x, y));
        }
        return sum;
    }

    // A stripe that a fixed side bar covers in part was left out as a whole: moves the edges
    // outwards column by column, within one stripe, as long as that gains. nullopt: it would
    // reach into columns that another operation moves.
    std::optional<Rect> widen(const Interval& rows, std::uint32_t x0, std::uint32_t x1,
                              const std::vector<wire::ScrollOp>& others) const {
        const std::uint32_t top = area_.y() + rows.top;
        const std::uint32_t bottom = area_.y() + rows.bottom;
        std::uint32_t from = x0, to = x1;
        const std::uint32_t least = std::max<std::uint32_t>(area_.x(), x0 - std::min(x0, kStripe));
        for (std::uint32_t x = x0; x > least; --x) {
            const int gain = column_score(x - 1, top, bottom);
            if (gain < 0)
                break;
            from = gain > 0 ? x - 1 : from;
        }
        for (std::uint32_t x = x1; x < std::min(x1 + kStripe, area_.right()); ++x) {
            const int gain = column_score(x, top, bottom);
            if (gain < 0)
                break;
            to = gain > 0 ? x + 1 : to;
        }
        for (const wire::ScrollOp& other : others) {
            if (other.to.x() < x1 && other.to.right() > x0)
                return std::nullopt;
            if (other.to.right() <= x0)
                from = std::max(from, other.to.right());
            else
                to = std::min<std::uint32_t>(to, other.to.x());
        }
        return Rect::make(from, top, to - from, bottom - top, frame_.size);
    }

    const FramebufferView& frame_;
    const Shadow& shadow_;
    const Rect& area_;
    std::uint32_t stripes_;
    std::uint32_t rows_;
    Places places_{rows_};
    std::vector<std::uint64_t> now_, then_;  // hash of each stripe-row, in frame and shadow
    int dy_ = 0;
};

}  // namespace

std::vector<wire::ScrollOp> find_scroll(const FramebufferView& frame, const Shadow& shadow,
                                        const Rect& area) {
    if (area.height() < kHeightMin || area.width() < kStripe)
        return {};
    return Finder(frame, shadow, area).run();
}

}  // namespace sudare::picture
