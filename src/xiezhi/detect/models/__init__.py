"""Evaluates trained models: boosted trees and character models, with their cards and calibration."""
