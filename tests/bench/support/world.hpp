// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <support/hand_written.hpp>
#include <support/options.hpp>
#include <support/register_text.hpp>
#include <support/walk.hpp>

#include <sipwhere/auth/open_access.hpp>
#include <sipwhere/clock/manual_clock.hpp>
#include <sipwhere/observer/null_observer.hpp>
#include <sipwhere/random/seeded_random.hpp>
#include <sipwhere/registrar/basic_registrar.hpp>
#include <sipwhere/storage/hash_storage.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sipwhere_bench {

/// A transport without a network, that looks at each answer and forgets it.
struct nowhere_transport {
    std::uint64_t good = 0; ///< answers that were 200
    std::uint64_t bad = 0;

    auto listen(sipwhere::receiver_ref) -> sipwhere::result<void> { return {}; }
    void stop() {}
    auto send(const sipwhere::flow&, std::string_view bytes) -> bool {
        ++(bytes.starts_with("SIP/2.0 200 ") ? good : bad);
        return true;
    }
    [[nodiscard]] auto is_own(const sipwhere::endpoint&) const -> bool { return false; }
};
static_assert(sipwhere::transport_policy<nowhere_transport>);

[[nodiscard]] inline auto settings_of_benchmarks() -> sipwhere::settings {
    using namespace std::chrono_literals;
    return {.domains = {"example.com"}, .limits = {.min_expires = 1s, .max_expires = 100'000'000s}};
}

[[nodiscard]] inline auto way_of_benchmarks() -> sipwhere::flow {
    constexpr std::uint16_t client = 40000;
    const auto here = sipwhere::ip_address::v4({127, 0, 0, 1});
    return {.remote = {here, client}, .local = {here, 5060}};
}

/// What a benchmark asks a registrar for.
enum class errand : std::uint8_t { new_, refresh, remove, query, repeat };

struct named_errand {
    std::string_view name;
    errand what;
};
inline constexpr std::array<named_errand, 5> errands{{{"new", errand::new_},
                                                      {"refresh", errand::refresh},
                                                      {"remove", errand::remove},
                                                      {"query", errand::query},
                                                      {"repeat", errand::repeat}}};

/// The registrar of the library, in process.
class library_registrar {
public:
    explicit library_registrar(std::size_t) {
        if (!registrar_.start()) die("the registrar can't start");
    }

    void set(sipwhere::instant now) { clock_.set(now); }
    auto tick() -> std::chrono::milliseconds { return registrar_.tick(); }
    void receive(std::span<const sipwhere::datagram> arrived) { registrar_.receive(arrived); }

    [[nodiscard]] auto refused() const -> std::uint64_t { return transport_.bad; }
    [[nodiscard]] auto bindings() const -> std::size_t { return storage_.size(); }

private:
    using registrar_type =
        sipwhere::basic_registrar<sipwhere::manual_clock, sipwhere::hash_storage, nowhere_transport,
                                  sipwhere::seeded_random, sipwhere::open_access, sipwhere::null_observer>;

    sipwhere::manual_clock clock_;
    sipwhere::hash_storage storage_{{.max_aors = 1U << 24U, .max_bytes = std::size_t{1} << 36U}};
    nowhere_transport transport_;
    sipwhere::seeded_random random_{7};
    registrar_type registrar_{settings_of_benchmarks(), clock_, storage_, transport_, random_};
};

/// What is written by hand for the benchmark's REGISTER, in its place.
class floor_registrar {
public:
    explicit floor_registrar(std::size_t users) : served_(users) {}

    void set(sipwhere::instant now) { now_ = now; }
    auto tick() -> std::chrono::milliseconds {
        constexpr unsigned steps = 256;
        served_.expire(now_, steps);
        return std::chrono::seconds{1};
    }
    void receive(std::span<const sipwhere::datagram> arrived) {
        for (const auto& one : arrived) (void)transport_.send(one.from, served_.serve(one.bytes, one.from, now_));
    }

    [[nodiscard]] auto refused() const -> std::uint64_t { return transport_.bad; }
    [[nodiscard]] auto bindings() const -> std::size_t { return served_.size(); }

private:
    sipwhere::instant now_;
    hand_written served_;
    nowhere_transport transport_;
};

/// A registrar in process, with a population of users.
///
/// For `refresh` they register again every 150 s of a clock of their own, which goes on by so much with each REGISTER
/// that the population needs, and ticks come as the registrar asks for them: so the store does all the work that it
/// does over a day, whatever the size of the population. For the other errands that clock stands still while they are
/// served, and whoever came or went is forgotten afterwards.
template <typename Registrar>
class basic_world {
public:
    basic_world(errand what, std::uint32_t users)
        : served_(users), what_(what), lifetime_(what == errand::refresh ? 300 : 99'999'999),
          step_(what == errand::refresh ? round / users : 0), turns_(users), newcomer_(users) {
        for (std::uint32_t i = 0; i < users; ++i) {
            written_.clear();
            write(change_, {.user = i, .expires = lifetime_}); // in another order than they come later
            serve(written_.front());
        }
        written_.clear();
    }

    /// Writes so many REGISTERs; for `remove` and `repeat` it also makes that there is something to remove or repeat.
    void prepare(std::uint32_t count) {
        leaver_ = newcomer_;
        if (what_ == errand::remove) serve_newcomers(count);
        written_.clear();
        for (std::uint32_t i = 0; i < count; ++i) {
            switch (what_) {
            case errand::new_: write(change_, {.user = newcomer_++, .expires = lifetime_}); break;
            case errand::remove: write(change_, {.user = leaver_++, .expires = 0}); break;
            case errand::query: write(query_, {.user = turns_.next()}); break;
            case errand::refresh:
            case errand::repeat: write(change_, {.user = turns_.next(), .expires = lifetime_}); break;
            }
        }
        if (what_ == errand::repeat) serve_written();
    }

    /// Serves what has been prepared: this is what is measured.
    void run() {
        serve_written();
        if (what_ == errand::remove) forget_the_gone();
    }

    /// Makes that the population is as it was.
    void finish() {
        if (what_ != errand::new_) return;
        written_.clear();
        while (leaver_ != newcomer_) write(change_, {.user = leaver_++, .expires = 0});
        serve_written();
        forget_the_gone();
    }

    /// Ends the program if an answer was no 200, or if there are not so many bindings.
    void check(std::size_t bindings) const {
        if (served_.refused() != 0) die("some answers were no 200");
        if (served_.bindings() != bindings) die("there are " + std::to_string(served_.bindings()) + " bindings");
    }

private:
    static constexpr std::uint64_t round = 150'000'000'000; ///< nanoseconds from one refresh to the next

    void write(const register_text& kind, numbers wanted) {
        wanted.cseq = ++cseq_;
        auto& room = rooms_.size() == written_.size() ? rooms_.emplace_back() : rooms_[written_.size()];
        if (room.size() != kind.size()) room = kind.text(wanted);
        kind.renumber(room.data(), wanted);
        written_.emplace_back(room);
    }

    void serve_newcomers(std::uint32_t count) {
        written_.clear();
        for (std::uint32_t i = 0; i < count; ++i) write(change_, {.user = newcomer_++, .expires = lifetime_});
        serve_written();
    }

    /// Serves all that has been written, a transport's batch at a time.
    void serve_written() {
        constexpr std::size_t batch = 32;
        for (std::size_t at = 0; at < written_.size(); at += batch) {
            arrived_.clear();
            for (std::size_t i = at; i < std::min(at + batch, written_.size()); ++i)
                arrived_.push_back({flow_, written_[i]});
            served_.receive(arrived_);
            pass(arrived_.size());
        }
    }

    void serve(std::string_view text) {
        const sipwhere::datagram one{flow_, text};
        served_.receive({&one, 1});
        pass(1);
    }

    void pass(std::size_t served) {
        passed_ += step_ * served;
        now_ = sipwhere::instant{1'000'000 + passed_ / 1'000'000};
        served_.set(now_);
        if (now_ >= next_tick_) tick();
    }

    void tick() { next_tick_ = now_ + served_.tick(); }

    /// Lets the time pass for which a record without a binding is kept, and then some.
    void forget_the_gone() {
        passed_ += 40'000'000'000;
        now_ = sipwhere::instant{1'000'000 + passed_ / 1'000'000};
        served_.set(now_);
        do tick();
        while (next_tick_ - now_ == std::chrono::milliseconds{1});
    }

    Registrar served_;
    errand what_;
    std::uint32_t lifetime_; ///< seconds that a binding is asked for
    std::uint64_t step_; ///< nanoseconds that the clock goes on with each REGISTER

    sipwhere::flow flow_ = way_of_benchmarks();
    register_text change_{ask::change, flow_.remote.port};
    register_text query_{ask::query, flow_.remote.port};
    walk turns_;
    std::uint32_t newcomer_;
    std::uint32_t leaver_ = 0;
    std::uint32_t cseq_ = 0;
    std::uint64_t passed_ = 0; ///< nanoseconds
    sipwhere::instant now_{};
    sipwhere::instant next_tick_{};
    std::vector<std::string> rooms_;
    std::vector<std::string_view> written_; ///< views into the rooms
    std::vector<sipwhere::datagram> arrived_;
};
using world = basic_world<library_registrar>;

} // namespace sipwhere_bench
