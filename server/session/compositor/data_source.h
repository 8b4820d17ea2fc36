// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "server/base/unique_fd.h"
#include "server/session/compositor/resource.h"

namespace sudare::compositor {

class DataSource;

// wl_data_offer: one look at a dragged source by the client it is dragged over, which is always
// the client that drags it. The data goes from it to itself through a pipe it made; we pass on
// the descriptor and never read.
class DataOffer : public Object {
   public:
    DataOffer(Context& owner, std::weak_ptr<DataSource> source);

    void announce();  // types and actions, right after the handle was sent
    void accept(const char* mime_type);
    void receive(const char* mime_type, UniqueFd fd);
    void set_actions(std::uint32_t actions, std::uint32_t preferred);
    void finish();
    // The pointer let go here. False when the client does not want it.
    bool drop();

   private:
    void on_destroyed() override;
    void choose_action();

    std::weak_ptr<DataSource> source_;
    bool accepted_ = false;
    bool dropped_ = false;
    std::uint32_t actions_ = 0;
    std::uint32_t preferred_ = 0;
    std::uint32_t action_ = 0;
};

// wl_data_source: what is dragged. As a selection it is ignored: nobody ever reads it.
class DataSource : public Object {
   public:
    using Object::Object;

    // False beyond the limits.
    bool add_type(const char* mime_type);
    [[nodiscard]] const std::vector<std::string>& types() const { return types_; }
    void set_actions(std::uint32_t actions) { actions_ = actions; }
    [[nodiscard]] std::uint32_t actions() const { return actions_; }

    void send_target(const char* mime_type);
    void send_data(const char* mime_type, int fd);
    void send_action(std::uint32_t action);
    void send_drop_performed();
    void send_finished();
    void send_cancelled();

   private:
    void on_destroyed() override;
    std::vector<std::string> types_;
    std::uint32_t actions_ = 0;
};

std::shared_ptr<DataSource> create_data_source(Context& context, wl_client* client, int version,
                                               std::uint32_t id);
// An offer that the server announces on a data device (given by its handle); null when refused.
std::shared_ptr<DataOffer> create_data_offer(Context& context, wl_resource* device,
                                             const std::shared_ptr<DataSource>& source);

}  // namespace sudare::compositor
