// SPDX-License-Identifier: BSL-1.0
//
// What the headers of libstdc++ leave to be linked, as far as the tests need it, for a machine without a libstdc++.
#include <algorithm>
#include <chrono>
#include <cstdarg>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <map>
#include <new>
#include <random>
#include <string>
#include <unordered_map>
#include <utility>

namespace {

[[noreturn]] void stop(const char* why) {
    std::printf("%s\n", why);
    std::abort();
}

} // namespace

const std::nothrow_t std::nothrow{};

namespace std {

// Where the library would throw, the program ends.
void __throw_bad_alloc() { stop("bad_alloc"); }
void __throw_bad_array_new_length() { stop("bad_array_new_length"); }
void __throw_bad_function_call() { stop("bad_function_call"); }
void __throw_invalid_argument(const char* why) { stop(why); }
void __throw_length_error(const char* why) { stop(why); }
void __throw_logic_error(const char* why) { stop(why); }
void __throw_out_of_range(const char* why) { stop(why); }
void __throw_out_of_range_fmt(const char* why, ...) { stop(why); }

// The trees of map and set, which nobody balances here: all nodes are black but the header, which is red.

using node = _Rb_tree_node_base;

auto _Rb_tree_increment(node* at) noexcept -> node* {
    if (at->_M_right != nullptr) return node::_S_minimum(at->_M_right);
    auto* above = at->_M_parent;
    while (at == above->_M_right) at = std::exchange(above, above->_M_parent);
    return at->_M_right != above ? above : at; // a root without a right child comes from the header, and goes there
}

auto _Rb_tree_decrement(node* at) noexcept -> node* {
    if (at->_M_color == _S_red) return at->_M_right;
    if (at->_M_left != nullptr) return node::_S_maximum(at->_M_left);
    auto* above = at->_M_parent;
    while (at == above->_M_left) at = std::exchange(above, above->_M_parent);
    return above;
}

auto _Rb_tree_increment(const node* at) noexcept -> const node* { return _Rb_tree_increment(const_cast<node*>(at)); }
auto _Rb_tree_decrement(const node* at) noexcept -> const node* { return _Rb_tree_decrement(const_cast<node*>(at)); }

void _Rb_tree_insert_and_rebalance(const bool left, node* added, node* above, node& header) noexcept {
    added->_M_color = _S_black;
    added->_M_parent = above;
    added->_M_left = added->_M_right = nullptr;
    if (above == &header) {
        header._M_parent = header._M_left = header._M_right = added;
        return;
    }
    (left ? above->_M_left : above->_M_right) = added;
    if (left && above == header._M_left) header._M_left = added;
    if (!left && above == header._M_right) header._M_right = added;
}

auto _Rb_tree_rebalance_for_erase(node* const gone, node& header) noexcept -> node* {
    const bool is_last = header._M_left == header._M_right;
    if (gone == header._M_left) header._M_left = is_last ? &header : _Rb_tree_increment(gone);
    if (gone == header._M_right) header._M_right = is_last ? &header : _Rb_tree_decrement(gone);

    const auto put = [&header](node* with, const node* in_place_of) {
        auto* const above = in_place_of->_M_parent;
        if (header._M_parent == in_place_of) header._M_parent = with;
        else (above->_M_left == in_place_of ? above->_M_left : above->_M_right) = with;
        if (with != nullptr) with->_M_parent = above;
    };
    if (gone->_M_left == nullptr || gone->_M_right == nullptr) {
        put(gone->_M_left != nullptr ? gone->_M_left : gone->_M_right, gone);
        return gone;
    }
    auto* const heir = node::_S_minimum(gone->_M_right);
    if (heir->_M_parent != gone) {
        put(heir->_M_right, heir);
        heir->_M_right = gone->_M_right;
        heir->_M_right->_M_parent = heir;
    }
    put(heir, gone);
    heir->_M_left = gone->_M_left;
    heir->_M_left->_M_parent = heir;
    return gone;
}

// Hash tables: as many buckets as elements, an odd number.
auto __detail::_Prime_rehash_policy::_M_need_rehash(size_t buckets, size_t elements, size_t more) const
    -> pair<bool, size_t> {
    const auto wanted = elements + more;
    return {wanted > buckets, std::max(2 * buckets + 1, wanted | 1)};
}

auto _Hash_bytes(const void* bytes, size_t size, size_t seed) -> size_t {
    const auto* const from = static_cast<const unsigned char*>(bytes);
    for (size_t i = 0; i < size; ++i) seed = (seed ^ from[i]) * 16'777'619; // FNV-1a
    return seed;
}

auto chrono::steady_clock::now() noexcept -> time_point { return time_point{seconds{std::time(nullptr)}}; }
auto chrono::system_clock::now() noexcept -> time_point { return time_point{seconds{std::time(nullptr)}}; }

// Good enough for tests: no board should take its secrets from here.
void random_device::_M_init(const string&) {}
auto random_device::_M_getval() -> result_type {
    static uint32_t state = 2'463'534'242;
    state ^= state << 13;
    state ^= state >> 17;
    return state ^= state << 5;
}

} // namespace std

/// The environment: of the tests that play drawn histories, each plays a few.
extern "C" auto getenv(const char* name) -> char* {
    static char few[] = "10";
    return std::string_view{name} == "SIPWHERE_SEEDS" ? few : nullptr;
}
