// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <support/options.hpp>
#include <support/world.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace sipwhere_bench {

/// A registrar in process and one client, whose recorded REGISTER comes again every 25 s with the next CSeq and another
/// branch, as it would from the client itself.
class world_of_client {
public:
    explicit world_of_client(std::string recorded) : text_(std::move(recorded)) {
        cseq_ = behind("CSeq: ", "Cseq: ");
        text_.replace(cseq_, text_.find(' ', cseq_) - cseq_, "10000");
        branch_ = behind("branch=z9hG4bK");
        text_.replace(branch_, 5, "10000");
        if (!registrar_.start()) die("the registrar can't start");
    }

    /// Serves the REGISTER once: this is what is measured.
    void run() { (void)registrar_.receive(sipwhere::datagram{flow_, text_}); }

    /// Makes it the next one.
    void finish() {
        clock_.set(clock_.now() + std::chrono::seconds{25});
        count_up(cseq_ + 4);
        count_up(branch_ + 4);
    }

    /// Ends the program unless all were answered with 200, and one binding is there.
    void check(std::uint64_t times) const {
        if (transport_.good != times || transport_.bad != 0 || storage_.size() != 1) die("a client was not served");
    }

private:
    /// Returns: where the text goes on behind a word, or behind another way to write it.
    [[nodiscard]] auto behind(std::string_view word, std::string_view otherwise = {}) const -> std::size_t {
        const auto at = text_.find(word);
        if (at != text_.npos) return at + word.size();
        if (otherwise.empty()) die("a recording without " + std::string{word});
        return behind(otherwise);
    }

    /// Counts the five digits that end here up by one.
    void count_up(std::size_t at) {
        while (text_[at] == '9') text_[at--] = '0';
        ++text_[at];
    }

    using registrar_type =
        sipwhere::basic_registrar<sipwhere::manual_clock, sipwhere::hash_storage, nowhere_transport,
                                  sipwhere::seeded_random, sipwhere::open_access, sipwhere::null_observer>;

    std::string text_;
    std::size_t cseq_ = 0;
    std::size_t branch_ = 0;
    sipwhere::settings config_{.limits = {.min_expires = std::chrono::seconds{1}}};
    sipwhere::manual_clock clock_;
    sipwhere::hash_storage storage_;
    nowhere_transport transport_;
    sipwhere::seeded_random random_{7};
    registrar_type registrar_{config_, clock_, storage_, transport_, random_};
    sipwhere::flow flow_ = way_of_benchmarks();
};

} // namespace sipwhere_bench
