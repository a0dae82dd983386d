// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <support/options.hpp>

#include <sipwhere/base/xoshiro.hpp>
#include <sipwhere/record/record_builder.hpp>
#include <sipwhere/storage/hash_storage.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sipwhere_bench {

/// The name of a user, and the record of one that has a binding, as a REGISTER leaves it.
class user_record {
public:
    explicit user_record(std::uint32_t user = 0) {
        for (auto at = name_.size(); at > 5; user /= 10) name_[--at] = static_cast<char>('0' + user % 10);
    }

    [[nodiscard]] auto key() const -> sipwhere::aor_view { return {{name_.data(), name_.size()}, "example.com"}; }

    /// Returns: the record, a view into this object.
    [[nodiscard]] auto until(sipwhere::seconds32 due) -> std::string_view {
        const sipwhere::endpoint phone{sipwhere::ip_address::v4({192, 0, 2, 77}), 40'000};
        sipwhere::record_builder out{bytes_};
        out.add(sipwhere::transaction_tag{.cseq = due, .since = due - 300});
        out.add(sipwhere::binding_view{.uri = "sip:00000000@192.0.2.77:40000;transport=udp",
                                       .params = ";+sip.instance=\"<urn:uuid:6f9f1c5e-0000-4000-8000-000000000000>\"",
                                       .call_id = "call-f7a1c04d9b3e@192.0.2.77",
                                       .cseq = due,
                                       .due = due,
                                       .source = {.remote = phone, .local = phone}});
        return out.finish().bytes();
    }

private:
    std::array<char, 13> name_{'u', 's', 'e', 'r', '-'};
    std::array<char, 300> bytes_{};
};

/// Users of a store without a registrar, each with a record, who come in an order that the store can't foresee.
class stored_users {
public:
    explicit stored_users(std::uint32_t users) : users_(users) {
        for (std::uint32_t user = 0; user < users; ++user) {
            user_record one{user};
            put(one, store_.hash_of(one.key()), first_due_ + user % lifetime);
        }
        if (store_.size() != users) die("the store is full");
    }

    [[nodiscard]] auto size() const -> std::uint32_t { return users_; }

    /// Draws who comes next.
    void draw(std::size_t count) {
        drawn_.clear();
        while (drawn_.size() < count) drawn_.emplace_back(static_cast<std::uint32_t>(random_.next() % users_));
        hashes_.resize(count);
    }

    /// Updates the records of those who were drawn: this is what is measured.
    void update(bool prefetches) {
        for (std::size_t i = 0; i < drawn_.size(); ++i) hashes_[i] = store_.hash_of(drawn_[i].key());
        if (prefetches) store_.prefetch(hashes_);
        ++first_due_;
        for (std::size_t i = 0; i < drawn_.size(); ++i) put(drawn_[i], hashes_[i], first_due_ + lifetime);
    }

private:
    static constexpr sipwhere::seconds32 lifetime = 300;

    /// Reads the record as a decision does, and puts another in its place.
    void put(user_record& one, std::uint64_t hash, sipwhere::seconds32 due) {
        (void)store_.update(one.key(), hash, [&](sipwhere::record_view record) -> sipwhere::record_update {
            for (const auto binding : record)
                if (binding.due > due) return {};
            return {sipwhere::outcome::committed, one.until(due)};
        });
    }

    std::uint32_t users_;
    sipwhere::hash_storage store_{{.max_aors = 1U << 24U, .max_bytes = std::size_t{1} << 36U}};
    sipwhere::seconds32 first_due_ = 1'000'000;
    sipwhere::xoshiro256 random_{1};
    std::vector<user_record> drawn_;
    std::vector<std::uint64_t> hashes_;
};

} // namespace sipwhere_bench
