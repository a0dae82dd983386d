// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <support/options.hpp>
#include <support/register_text.hpp>
#include <support/walk.hpp>
#include <support/world.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sipwhere_bench {

/// A registrar for one thread, whose users refresh every 150 s of a clock of its own.
template <typename Storage>
class alignas(128) lane {
public:
    static constexpr std::uint32_t batch = 256; ///< REGISTERs that are prepared and served together

    lane(Storage& storage, std::uint32_t first, std::uint32_t count)
        : registrar_(settings_of_benchmarks(), clock_, storage, transport_, random_), first_(first), turns_(count),
          step_(150'000'000'000 / count) {
        if (!registrar_.start()) die("the registrar can't start");
        for (std::uint32_t i = 0; i < count; i += batch) {
            prepare();
            run();
        }
    }

    void prepare() {
        for (auto& text : texts_)
            change_.renumber(text.data(), {.user = first_ + turns_.next(), .cseq = ++cseq_, .expires = 99'999'999});
    }

    void run() {
        for (const std::string_view text : texts_) {
            (void)registrar_.receive(sipwhere::datagram{flow_, text});
            passed_ += step_;
            clock_.set(sipwhere::instant{1'000'000 + passed_ / 1'000'000});
            if (clock_.now() >= next_tick_) next_tick_ = clock_.now() + registrar_.tick();
        }
    }

    [[nodiscard]] auto is_good() const -> bool { return transport_.bad == 0; }

private:
    using registrar_type =
        sipwhere::basic_registrar<sipwhere::manual_clock, Storage, nowhere_transport, sipwhere::seeded_random>;

    sipwhere::manual_clock clock_;
    nowhere_transport transport_;
    sipwhere::seeded_random random_{7};
    registrar_type registrar_;
    sipwhere::flow flow_ = way_of_benchmarks();
    register_text change_{ask::change, flow_.remote.port};
    std::vector<std::string> texts_ = std::vector<std::string>(batch, change_.text({}));
    std::uint32_t first_;
    walk turns_;
    std::uint64_t step_; ///< nanoseconds that the clock goes on with each REGISTER
    std::uint64_t passed_ = 0;
    std::uint32_t cseq_ = 0;
    sipwhere::instant next_tick_{};
};

} // namespace sipwhere_bench
