"""Photographs of applicants, made from a few portraits of the public domain by seed: sound ones and ones with a defect."""
