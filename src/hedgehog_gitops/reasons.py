"""What each reason is: a category, how severe it is, and which recovery follows.

The reason is the stable word an error or a finding carries. Whoever shows, counts or handles
failures asks `nature_of`; nobody looks into the text of a message. The plugin adds its own words in
`netbox_hedgehog/sync/reasons.py`; a house test holds both against the code and the documentation.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

__all__ = ['NATURES', 'UNKNOWN', 'Category', 'Gravity', 'Nature', 'Recovery', 'natures']


class Category(StrEnum):
    """Where the cause lies."""

    FILESYSTEM = 'filesystem'
    GIT_OPERATION = 'git_operation'
    NETWORK = 'network'
    VALIDATION = 'validation'
    PERMISSION = 'permission'
    CONFIGURATION = 'configuration'
    EXTERNAL_SERVICE = 'external_service'
    UNKNOWN = 'unknown'


class Gravity(StrEnum):
    """How much stands still: nothing, an object, an operation, or a fabric until somebody acts."""

    LOW = 'low'
    MEDIUM = 'medium'
    HIGH = 'high'
    CRITICAL = 'critical'


class Recovery(StrEnum):
    """What happens next, by itself or by a person."""

    RETRY = 'retry'
    """The same is tried again later."""
    ROLLBACK = 'rollback'
    """Nothing was published or written; the next run begins anew."""
    FALLBACK = 'fallback'
    """It was done another way, and the finding says how."""
    MANUAL = 'manual'
    """A person has to change something."""
    SKIP = 'skip'
    """The object or file is left as it is; the rest goes on."""
    ABORT = 'abort'
    """What was asked for is refused; asking again as it is does not help."""


@dataclass(frozen=True, slots=True)
class Nature:
    """What a reason is."""

    category: Category
    gravity: Gravity
    recovery: Recovery


UNKNOWN = Nature(Category.UNKNOWN, Gravity.HIGH, Recovery.MANUAL)


def natures(groups: Mapping[tuple[str, str, str], str]) -> Iterator[tuple[str, Nature]]:
    """Takes groups apart: (category, gravity, recovery) -> words between blanks."""
    for (category, gravity, recovery), words in groups.items():
        nature = Nature(Category(category), Gravity(gravity), Recovery(recovery))
        for word in words.split():
            yield word, nature


# What went wrong while something was done.
_ERRORS = {
    ('network', 'medium', 'retry'): 'RemoteUnreachable HostUnknown OutcomeUnknown GitTimedOut',
    ('network', 'critical', 'manual'): 'CertificateRefused HostKeyRefused',
    ('permission', 'critical', 'manual'): 'CredentialsRefused',
    ('permission', 'high', 'abort'): 'PushDeclined',
    ('external_service', 'critical', 'manual'): 'RemoteNotFound ContentRefused',
    ('external_service', 'low', 'retry'): 'RateLimited',
    ('external_service', 'high', 'abort'): 'HostRefused',
    ('external_service', 'critical', 'abort'): 'CommitDiffers',
    ('permission', 'high', 'manual'): 'HostForbids',
    ('git_operation', 'low', 'retry'): 'BranchMoved RepositoryBusy StoreLocked',
    ('git_operation', 'medium', 'fallback'): 'StoreBroken',
    ('git_operation', 'high', 'rollback'): 'GitFailed',
    ('git_operation', 'critical', 'abort'): 'HistoryRewritten',
    ('git_operation', 'medium', 'manual'): """
        BranchesDiverged DetachedHead HistoriesUnrelated MergeConflict MergeInProgress MergeCommit
        NoCommit NoUpstream NoWorkTree
        OperationUnknown WorkTreeBehind WorkTreeDirty ChangedSince""",
    ('filesystem', 'critical', 'retry'): 'DiskFull',
    ('filesystem', 'high', 'manual'): """
        FileSystemRefused StoreNotWritable PathTaken NotARepository NoRepository""",
    ('configuration', 'critical', 'manual'): 'GitMissing UrlRefused',
    ('configuration', 'medium', 'manual'): """
        BranchNameRefused EnvironmentUnknown FabricMissing FabricsNested IdentityMissing
        LimitUnknown Usage ValidatorBroken""",
    ('git_operation', 'medium', 'abort'): """
        CommitUnknown FileMissing NothingAsked NothingToBlame OriginalGone OriginalUnknown""",
    ('validation', 'medium', 'abort'): """
        ContextRefused CopyUnknown DocumentNotGood DuplicateUnknown FieldRefused FileTypeRefused
        IdentityChanged NoJsonValue PathRefused ResourceMissing TemplateUnknown TextCannotSayThis
        TextRefused WiringEmpty WiringNotChosen""",
    ('unknown', 'critical', 'rollback'): 'SettlementBroken UnexpectedError',
}

# What is wrong with a document, so that it is held back.
_HELD = {
    ('validation', 'high', 'skip'): """
        YamlSyntax ConflictMarkers NotUtf8 FileTooLarge TooManyDocuments TooSlow LfsPointer
        DocumentTooLarge TooDeep TooManyNodes TooManyAliases DuplicateKey NullKey CollectionKey
        BadMerge UnknownAnchor AnchorInItself UnknownTag NotAMapping ApiVersionMissing
        ApiVersionInvalid KindMissing KindInvalid KindUnknown GroupUnknown MetadataInvalid
        NameMissing NameNotString NameInvalid NamespaceInvalid TemplateText Placeholder
        ItemsInvalid FileHeld DuplicateIdentity ConcurrentModification ResourceHeld RenderedTwice
        TemplateBound TemplateFailed TemplateForbidden TemplateForeign TemplateHeader
        TemplateMissing TemplateSyntax TemplateUndefined TemplateVariableInvalid
        TemplateVariableMissing TemplateVariables WiringConnectionUnclear WiringFieldInvalid
        WiringFileInvalid WiringNameInvalid TemplateQueryRefused TemplateQueryTooMany
        TemplateQueryUnanswered WiringNameTaken WiringPortUnknown WiringVrfUnclear""",
    ('validation', 'low', 'skip'): """
        RenderedHeld RenderedLetGo WiringCableLeft WiringCableUnclear WiringInexact
        WiringNotDescribed WiringPortsChanged WiringRoleUnknown""",
    ('filesystem', 'low', 'skip'): """
        SymbolicLink Submodule PathNotUtf8 PathCollision NotYaml HiddenFile NotAFile FileUnreadable
        NotCommitted""",
    ('git_operation', 'low', 'skip'): 'UndoneBefore',
}

# What the cluster would say about an object that is taken in all the same.
_SAID = {
    ('validation', 'medium', 'manual'): """
        UnknownField FieldMissing WrongType ValueNotAllowed PatternMismatch FormatInvalid OutOfRange
        NotAMultiple Int32Exceeded TooShort TooLong TooFewItems TooManyItems TooFewFields
        TooManyFields DuplicateItem ConditionNotMet ServerOwnedField OlderApiVersion
        ApiVersionNotServed MoreProblems DefinitionInvalid DefinitionIncomplete DuplicateTied
        DuplicateUnmanaged DuplicateComposed DuplicateForeign DuplicateInvalid
        PolicyInvalid SettlementTooLarge CannotRewrite""",
    ('validation', 'low', 'retry'): 'SettlementLimit',
    ('validation', 'low', 'manual'): """
        KindNotManaged SeparatorHoldsContent SeparatorLike SeparatorNotSeen DirectiveRefused
        MarkInside ForeignObject SeveralDocuments MisplacedObject ExistingFile
        TemplatePassedOver NestedList WiringConnectionDoubtful""",
    ('validation', 'low', 'fallback'): """
        NotAnnotated ListItemRewritten EditWidened EditMerged SettingsKept PlaceKept""",
    ('filesystem', 'medium', 'fallback'): """
        ManifestMissing ManifestBroken ManifestInvalid StructureIncomplete""",
}

# What a rule says; docs/reference/rules.md has them one by one.
_RULES = {
    ('validation', 'medium', 'manual'): """
        AclFilterMisplaced AclFlagsContradict AclPortsReversed AclSequenceRepeated
        AclSequenceReserved AclWordUnknown AddressInvalid AddressTaken AsnTaken BgpBesideStatic
        CommunityBesideStatic CommunityInvalid ConnectionTypeMissing ConnectionTypeWrong
        ConnectionTypesSeveral DefaultRouteNotAlone DeviceCountWrong DhcpOnHostBgp
        DhcpOptionDefaulted DhcpRangeOutsideSubnet DhcpRangeReversed DhcpRangeTaken
        DhcpServerAndRelay DhcpSettingDropped EslagGroupMissing EslagGroupsDiffer EslagTypeWrong
        ExposeBlockUnclear ExposeDefaultNotAlone ExposeNatIncomplete ExposeOutsideVpc
        ExposeSubnetOfExternal ExternalNotStatic ExternalVlanTaken FieldRequired
        GatewayOutsideSubnet GroupNameEmpty HostBgpNativeVlan HostBgpNotUnbundled HostBgpOnMclag
        HostPrefixExpected LabelRecomputed LeaseOutsideSubnet LeaseRepeated LeaseTaken
        LeaseTimeInvalid LeasesWithoutDhcp LinkAddressTaken LinkLengthWrong LinkNetworksDiffer
        LinkOneSided MacInvalid MacRepeated MclagDeprecated ModeNotOnEslag MtuInvalid NameTooLong
        NamespaceNotDefault NamespaceSubnetsTooMany NativeVlanTaken NextHopOutside
        PeeringNamespacesDiffer PeeringNotOfTwo PeeringPairsDiffer PeeringRepeated
        PermitRepeatsSubnet PermitTooShort PortInvalid PortRepeated PortTaken PrefixHostBits
        PrefixInvalid PrefixesOverlap RedundancyIncomplete ReferenceMissing RelayMissing
        RemoteRefused RouteGatewayOutsideSubnet SpeedPrefixDropped StaticIpOrProxy
        SubnetAttachedTwice SubnetDefaulted SubnetFormInvalid SubnetMissing SubnetOutsideNamespace
        SubnetTaken SubnetTooSmall SubnetsMissing SubnetsTooMany VlanInvalid
        VlanNamespaceNotOnSwitch VlanNamespacesOverlap VlanOutsideNamespace VlanRangeInvalid
        VlanRangesOverlap VlanRepeated VlanTaken VpcModeRefused VpcNameReserved VtepOnSpine""",
}

NATURES: Mapping[str, Nature] = {
    word: nature for groups in (_ERRORS, _HELD, _SAID, _RULES) for word, nature in natures(groups)
}
