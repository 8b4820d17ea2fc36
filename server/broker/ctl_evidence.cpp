// SPDX-License-Identifier: Apache-2.0
// Searching the records for a reviewer: a slice at a time on the searcher's thread, as fast as the
// asker takes it.
#include "server/broker/ctl_peer.h"
#include "server/broker/evidence/asked.h"

namespace sudare::broker {

using audit::EventType;
using audit::Field;

struct CtlPeer::EvidenceSearch {
    search::Search search;
    search::LogEnd end;
    bool busy = false;  // a slice is on its way
};

namespace {

constexpr std::size_t kUnsentMax = 1U << 20;

}  // namespace

// The record first, and on the disk: then the first hit. The search itself is not among them.
CtlResult<> CtlPeer::evidence_search(const Arguments& arguments) {
    auto asked = search::asked_for(arguments);
    if (!asked)
        return tl::unexpected(asked.error());
    if (core_.settings().search_reason || !asked->reason.empty())
        if (const auto bad = reason_complaint(asked->reason))
            return tl::unexpected(*bad);
    const search::LogEnd end = core_.appended_end();
    audit::Event searched = event(EventType::kEvidenceSearched).text(Field::kFilter, asked->filter);
    if (!asked->reason.empty())
        searched.text(Field::kCause, asked->reason);
    if (const auto recorded = core_.record_durable(searched); !recorded)
        return ctl_fail(recorded.error());
    search_ = std::make_shared<EvidenceSearch>(EvidenceSearch{
        {std::move(asked->query), end, asked->full, asked->last}, end, false});
    later_ = true;
    pump_search();
    return {};
}

void CtlPeer::pump_search() {
    if (!search_ || search_->busy || unsent() >= kUnsentMax)
        return;  // on_drained goes on
    search_->busy = true;
    // The searcher's thread touches the search alone; this peer may be gone by then.
    core_.searcher().post([search = search_, weak = weak_from_this(), executor = executor()](
                              const Result<search::LogFiles>& log, search::Index* index) {
        if (weak.expired())
            return;  // whoever asks and goes, again and again, keeps nobody waiting
        auto slice = log ? search->search.next(*log, index)
                         : Result<search::Search::Slice>(tl::unexpected(log.error()));
        boost::asio::post(executor, [search, weak, slice = std::move(slice)] {
            const auto self = std::static_pointer_cast<CtlPeer>(weak.lock());
            if (self && self->search_ == search)
                self->take_slice(slice);
        });
    });
}

void CtlPeer::take_slice(const Result<search::Search::Slice>& slice) {
    search_->busy = false;
    if (!slice) {
        search_.reset();
        return answer(ctl_fail(slice.error()));
    }
    for (const auto& bytes : slice->records) {
        const auto record = audit::decode(bytes);
        if (!record) {
            search_.reset();
            return answer(ctl_fail(record.error()));
        }
        row(row_of_record(*record));
    }
    if (!slice->done)
        return pump_search();
    for (const evidence::DeletedSegment& gone : slice->deleted)
        row(row_of_deleted(gone));
    search_.reset();
    answer({});
}

}  // namespace sudare::broker
