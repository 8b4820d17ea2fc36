// SPDX-License-Identifier: Apache-2.0
// A block of the index: as a head, and as a body under a head with the right hash, which whoever can
// write the file can make.
#include "server/broker/evidence/index_block.h"

using namespace sudare;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::span<const std::uint8_t> bytes(data, size);
    search::BlockHead head = search::read_head(bytes).value_or(search::BlockHead{});
    std::vector<std::uint8_t> body(bytes.begin() + (size > 0), bytes.end());
    head.count = size > 0 ? data[0] + 1U : 1U;
    head.body = static_cast<std::uint32_t>(body.size());
    head.check = evidence::sha256(body);
    search::Query query;
    query.text("a");
    query.host("*.jp");
    query.events({33});
    if (const auto block = search::Block::read(head, std::move(body)))
        for (const search::Query& asked : {query, search::Query()})
            for (const std::uint32_t place : block->find(asked))
                (void)block->offset(place);
    return 0;
}
