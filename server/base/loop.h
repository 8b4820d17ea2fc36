// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/io_context.hpp>

namespace sudare {

// The one loop of a process, run by one thread.
//
// Operations that wait in a loop own what they work for (connections, coroutine frames), and that
// refers to objects which stand in main beside the loop and end before it. So the operations must go
// first: declare a LoopEnd behind the last such object. Threads that post to the loop must have ended
// by then; what they post afterwards would go last.
class Loop : public boost::asio::io_context {
public:
    Loop() : boost::asio::io_context(1) {}

private:
    friend class LoopEnd;
    using boost::asio::io_context::shutdown;
};

// Destroys what still waits in the loop; nothing of it runs any more.
class LoopEnd {
public:
    explicit LoopEnd(Loop& loop) : loop_(loop) {}
    ~LoopEnd() { loop_.shutdown(); }
    LoopEnd(const LoopEnd&) = delete;
    LoopEnd& operator=(const LoopEnd&) = delete;

private:
    Loop& loop_;
};

}  // namespace sudare
