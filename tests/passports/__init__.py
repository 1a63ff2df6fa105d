"""Passport pages of the ICAO specimen state (UTO), drawn with OCR-B for invented holders, scanned and photographed by seed."""
