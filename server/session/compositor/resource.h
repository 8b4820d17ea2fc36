// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <wayland-server-core.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "server/session/compositor/compositor_limits.h"

// How protocol objects live. The client decides when each of its objects dies, in any order, and
// a hostile one chooses the worst. So every object is held by its wl_resource through a
// shared_ptr, and objects know each other through weak_ptr only.
namespace sudare::compositor {

struct Context;

class Object {
   public:
    explicit Object(Context& owner);
    virtual ~Object();
    Object(const Object&) = delete;
    Object& operator=(const Object&) = delete;

    // The client's handle; null once the client has destroyed it.
    [[nodiscard]] wl_resource* resource() const { return resource_; }
    [[nodiscard]] wl_client* client() const {
        return resource_ ? wl_resource_get_client(resource_) : nullptr;
    }
    [[nodiscard]] std::uint32_t version() const {
        return resource_ ? static_cast<std::uint32_t>(wl_resource_get_version(resource_)) : 0;
    }

    [[nodiscard]] Context& owner() const { return context; }

   protected:
    // The handle has just been destroyed (resource() is null already): leave lists, hide, tell.
    virtual void on_destroyed() {}
    Context& context;

   private:
    template <typename T>
    friend void destroy_object(wl_resource* resource);
    template <typename T>
    friend bool adopt(const std::shared_ptr<T>& object, wl_client* client,
                      const wl_interface* interface, int version, std::uint32_t id,
                      const void* requests);
    wl_resource* resource_ = nullptr;
};

template <typename T>
void destroy_object(wl_resource* resource) {
    std::unique_ptr<std::shared_ptr<T>> holder(
        static_cast<std::shared_ptr<T>*>(wl_resource_get_user_data(resource)));
    (*holder)->resource_ = nullptr;
    static_cast<Object&>(**holder).on_destroyed();
}

// Gives the client a handle to the object. False when out of memory: the client is then doomed.
template <typename T>
bool adopt(const std::shared_ptr<T>& object, wl_client* client, const wl_interface* interface,
           int version, std::uint32_t id, const void* requests) {
    wl_resource* resource = wl_resource_create(client, interface, version, id);
    if (!resource) {
        wl_client_post_no_memory(client);
        return false;
    }
    object->resource_ = resource;
    wl_resource_set_implementation(resource, requests, new std::shared_ptr<T>(object),
                                   destroy_object<T>);
    return true;
}

bool too_many_objects(Context& context);

// A new object with its handle, or null (the client has been told and will be disconnected).
template <typename T, typename... Args>
std::shared_ptr<T> make_object(Context& context, wl_client* client, const wl_interface* interface,
                               int version, std::uint32_t id, const void* requests,
                               Args&&... args) {
    if (too_many_objects(context)) {
        wl_client_post_no_memory(client);
        return nullptr;
    }
    auto object = std::make_shared<T>(context, std::forward<Args>(args)...);
    return adopt(object, client, interface, version, id, requests) ? object : nullptr;
}

// The object behind a handle made above; T must be the very type it was made as.
template <typename T>
std::shared_ptr<T> object_of(wl_resource* resource) {
    return resource ? *static_cast<std::shared_ptr<T>*>(wl_resource_get_user_data(resource))
                    : nullptr;
}

// The request `destroy` and its like.
inline void destroy_request(wl_client*, wl_resource* resource) {
    wl_resource_destroy(resource);
}

struct GlobalDeleter {
    void operator()(wl_global* global) const { wl_global_destroy(global); }
};
using Global = std::unique_ptr<wl_global, GlobalDeleter>;

wl_display* display_of(Context& context);

// A global whose bound handles carry the Context as user data and need no object of their own.
template <const wl_interface* kInterface, auto kRequests>
Global make_global(Context& context, int version) {
    return Global(wl_global_create(
        display_of(context), kInterface, version, &context,
        [](wl_client* client, void* data, std::uint32_t bound, std::uint32_t id) {
            wl_resource* resource =
                wl_resource_create(client, kInterface, static_cast<int>(bound), id);
            if (!resource)
                return wl_client_post_no_memory(client);
            wl_resource_set_implementation(resource, kRequests, data, nullptr);
        }));
}

// The Context behind a handle of such a global.
inline Context& context_of(wl_resource* resource) {
    return *static_cast<Context*>(wl_resource_get_user_data(resource));
}

}  // namespace sudare::compositor
