"""A synthetic year at about 45° N, hour by hour: the same seed gives the same year. Needs numpy only.

Sun, wind, river, temperature, demands and prices go together as they do outside: cold dark evenings ask for
heat and light, prices fall when it shines and blows. It is no measured year.
"""

from __future__ import annotations

from math import erf

import numpy as np

HOURS = 8760
_LATITUDE = np.deg2rad(45.0)

Profiles = dict[str, np.ndarray]


class Weather:
    """What drives the year: the clock, and random numbers that remember the hour before."""

    def __init__(self, seed: int) -> None:
        self._random = np.random.default_rng(seed)
        hour = np.arange(HOURS)
        self.hour, self.day = hour % 24, hour / 24.0
        self.weekday = (hour // 24) % 7

    def drift(self, memory: float, spread: float) -> np.ndarray:
        """Random numbers of a spread; each hour keeps a share of the one before."""
        shocks = self._random.standard_normal(HOURS) * spread * np.sqrt(1 - memory * memory)
        values, last = np.empty(HOURS), 0.0
        for hour, shock in enumerate(shocks):
            last = memory * last + shock
            values[hour] = last
        return values

    def season(self, peak_day: float) -> np.ndarray:
        """A cosine over the year, 1 on a day."""
        return np.cos(2 * np.pi * (self.day - peak_day) / 365)

    def daily(self, zero_hour: float, times: int = 1) -> np.ndarray:
        """A sine over the day, rising through zero at an hour."""
        return np.sin(2 * np.pi * times * (self.hour - zero_hour) / 24)


def profiles(seed: int) -> Profiles:
    """Return the profiles of a year, four digits after the point."""
    w = Weather(seed)
    cosine_of_day = np.cos(2 * np.pi * (w.hour - 3) / 24)
    temperature = 12.0 - 11.0 * w.season(20) - 4.0 * cosine_of_day + w.drift(0.985, 3.0)
    out = _weather(w, temperature)
    out |= _demands(w, temperature)
    midday = 92 + 22 * w.daily(12.5) - 38 * out["sun"] - 18 * out["wind"] + 10 * w.season(15)
    out["import_price"] = np.clip(midday + w.drift(0.95, 9.0), 15, 300)
    out["export_price"] = 0.55 * out["import_price"]
    return {name: np.round(values, 4) for name, values in out.items()}


def _weather(w: Weather, temperature: np.ndarray) -> Profiles:
    """What sun, wind and river give, and what heat pumps make of the air."""
    declination = np.deg2rad(23.45) * np.sin(2 * np.pi * (w.day - 81) / 365)
    angle = np.deg2rad(15.0 * (w.hour + 0.5 - 12))
    height = np.sin(_LATITUDE) * np.sin(declination) + np.cos(_LATITUDE) * np.cos(declination) * np.cos(angle)
    clouds = 1 / (1 + np.exp(-(w.drift(0.96, 1.6) + 0.35 * w.season(0))))
    sun = np.clip(np.clip(height, 0, 1) ** 1.15 * (1 - 0.72 * clouds) * 0.98, 0, 1)
    sun[sun < 1e-3] = 0.0
    # Ranks of a normal drift, read as ranks of a Rayleigh-distributed speed in m/s.
    rank = np.clip([0.5 * (1 + erf(x / np.sqrt(2))) for x in w.drift(0.97, 1.0)], 1e-6, 1 - 1e-6)
    speed = 7.6 * (1 + 0.18 * w.season(10)) * (-np.log(1 - rank)) ** 0.5
    power = np.clip((speed**3 - 27) / (12**3 - 27), 0, 1)
    river = np.clip(0.45 + 0.30 * w.season(130) + w.drift(0.999, 0.08), 0.08, 1.0)
    return {
        "sun": sun,
        "wind": np.where((speed < 3) | (speed > 25), 0.0, power),
        "collectors": np.clip(sun * (0.75 + 0.008 * temperature), 0, 1),
        "river": 5.0 * river,
        "central_cop": np.clip(0.50 * (273.15 + 75) / (75 - temperature + 5), 1.8, 4.5),
        "individual_cop": np.clip(0.42 * (273.15 + 45) / (45 - temperature + 5), 1.6, 5.0),
    }


def _demands(w: Weather, temperature: np.ndarray) -> Profiles:
    """What people use, MW."""
    day = 1 + 0.22 * w.daily(8.5) + 0.12 * w.daily(5, times=2)
    week = np.where(w.weekday < 5, 1.0, 0.86)
    electricity = day * week * (1 + 0.08 * w.season(15)) * (1 + w.drift(0.9, 0.02))
    electricity *= 40.0 / electricity.mean()
    rooms = np.clip(16.0 - temperature, 0, None) * (1 + 0.20 * w.daily(3))
    water = 1 + 0.5 * w.daily(4, times=2)
    heat = 0.84 * rooms / rooms.mean() + 0.16 * water / water.mean()
    return {
        "electricity_demand": electricity,
        "district_heat_demand": 17.0 * np.clip(heat * (1 + w.drift(0.8, 0.02)), 0.02, None),
        "individual_heat_demand": 46.0 * np.clip(heat * (1 + w.drift(0.8, 0.02)), 0.02, None),
    }
